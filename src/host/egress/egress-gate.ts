import type { Duplex } from 'node:stream';
import { IrisError, toIrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { joinStreams } from '../http/join-streams.ts';
import { allowedAddresses, isAllowed, systemResolve, type Resolve } from './address-guard.ts';
import { dial } from './dial.ts';
import { openHttpProxy } from './http-proxy.ts';
import { parseIp } from './ip-range.ts';
import type { NetworkPolicy } from './network-policy.ts';
import { SOCKS_VERSION, serveSocks } from './socks-proxy.ts';
import type { WayOut } from './way-out.ts';

export interface EgressGateOptions {
  readonly sandboxId: string;
  readonly policy: NetworkPolicy;
  readonly logger: Logger;
  /** @default the system's own resolver */
  readonly resolve?: Resolve | undefined;
}

interface OpenWay {
  readonly name: string;
  readonly address: string;
  readonly socket: Parameters<typeof joinStreams>[0];
}

const MAX_CONNECTIONS = 256;
const FIRST_BYTE_TIMEOUT_MS = 30_000;

/** The only way out of one sandbox: every connection is asked for by name and checked, here, against its policy. */
export class EgressGate implements Disposable {
  readonly #options: EgressGateOptions;
  readonly #closing = new AbortController();
  readonly #open = new Set<OpenWay>();
  readonly #http: (channel: Duplex) => void;
  #policy: NetworkPolicy;
  #pending = 0;

  constructor(options: EgressGateOptions) {
    this.#options = options;
    this.#policy = options.policy;
    this.#http = openHttpProxy(this.#way());
  }

  get policy(): NetworkPolicy {
    return this.#policy;
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** Puts another policy in place, and cuts what it no longer allows. */
  setPolicy(policy: NetworkPolicy): void {
    this.#policy = policy;
    for (const way of this.#open) {
      const ip = parseIp(way.address);
      if (ip === undefined || !isAllowed(policy, parseIp(way.name) ? undefined : way.name, ip)) {
        way.socket.resetAndDestroy();
      }
    }
  }

  /** Serves what a program sent to the proxy in its sandbox. */
  accept(channel: Duplex): void {
    channel.on('error', () => undefined);
    const timer = setTimeout(() => channel.destroy(), FIRST_BYTE_TIMEOUT_MS).unref();
    channel.once('close', () => clearTimeout(timer));
    channel.once('readable', () => {
      clearTimeout(timer);
      const first: unknown = channel.read();
      if (Buffer.isBuffer(first)) channel.unshift(first);
      if (!Buffer.isBuffer(first)) channel.destroy();
      else if (first[0] === SOCKS_VERSION) void serveSocks(channel, this.#way());
      else this.#http(channel);
    });
  }

  [Symbol.dispose](): void {
    this.#closing.abort(new IrisError('CANCELLED', 'The sandbox has ended'));
    for (const { socket } of this.#open) socket.destroy();
  }

  #way(): WayOut {
    return {
      connect: (host, port) => this.#connect(host, port),
      join: (program, outside) => this.#join(program, outside),
    };
  }

  async #connect(host: string, port: number): Promise<Duplex> {
    if (this.#open.size + this.#pending >= MAX_CONNECTIONS) {
      throw new IrisError('RATE_LIMITED', `This sandbox has ${MAX_CONNECTIONS} connections already`);
    }
    this.#pending += 1;
    try {
      const resolve = this.#options.resolve ?? systemResolve;
      const addresses = await allowedAddresses(this.#policy, host, resolve);
      const socket = await dial(addresses, port, this.#closing.signal);
      const way = { name: host, address: socket.remoteAddress ?? '', socket };
      this.#open.add(way);
      socket.once('close', () => this.#open.delete(way));
      return socket;
    } catch (thrown) {
      const { code, message } = toIrisError(thrown);
      this.#options.logger('egress.refused', { id: this.#options.sandboxId, host, port, code, message });
      throw thrown;
    } finally {
      this.#pending -= 1;
    }
  }

  #join(program: Duplex, outside: Duplex): void {
    const way = [...this.#open].find(({ socket }) => socket === outside);
    if (way !== undefined) joinStreams(way.socket, program);
  }
}
