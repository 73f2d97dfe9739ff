import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { App } from '../app/open-app.ts';
import { OUTDATED } from '../contract/daemon-wire.ts';
import { FROM_DAEMON, type DaemonStatus } from '../contract/daemon-wire.ts';
import { daemonHandshake, daemonRequest } from '../contract/daemon-request.ts';
import { IrisError, toIrisError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { BUILD, VERSION } from '../core/version.ts';
import { answer } from './answer.ts';
import type { ClientEnd } from './client-end.ts';
import type { DaemonPaths } from './client/paths.ts';
import { Connection } from './connection.ts';
import { ExpectedClient } from './expected-client.ts';
import { ensurePrivateDir } from './private-dir.ts';
import { Spool, type CheckedRequest } from './spool.ts';

export interface DaemonServerOptions {
  readonly app: App;
  readonly paths: DaemonPaths;
  readonly logger: Logger;
}

interface Expected {
  readonly client: ExpectedClient;
  readonly done: Promise<void>;
}

/** Listens on the daemon's socket. The lock is held already, so a socket file that is there is a dead one's. */
export class DaemonServer {
  readonly #options: DaemonServerOptions;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #startedAt = Date.now();
  readonly #stopping: Promise<string>;
  readonly #expected = new Map<string, Expected>();
  #spool: Spool | undefined;
  #stop: (reason: string) => void = () => undefined;
  #lastUsedMs = Date.now();

  constructor(options: DaemonServerOptions) {
    this.#options = options;
    this.#server = createServer((socket) => void this.#serve(socket));
    this.#stopping = new Promise((resolve) => {
      this.#stop = resolve;
    });
  }

  /** Resolves with the reason when the daemon should leave. */
  get stopping(): Promise<string> {
    return this.#stopping;
  }

  /** How long nobody was connected. */
  get idleMs(): number {
    return this.#open.size + this.#expected.size > 0 ? 0 : Date.now() - this.#lastUsedMs;
  }

  async listen(): Promise<void> {
    const { socket } = this.#options.paths;
    ensurePrivateDir(dirname(socket));
    rmSync(socket, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(socket, resolve);
    });
    chmodSync(socket, 0o600);
    this.#spool = new Spool(this.#options.paths, (id, request) => this.#beginEarly(id, request));
  }

  /** Takes no more clients and waits for those that are being served. */
  async drain(): Promise<void> {
    this.#spool?.[Symbol.dispose]();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  stop(reason: string): void {
    this.#stop(reason);
  }

  async #serve(socket: Socket): Promise<void> {
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#lastUsedMs = Date.now();
    });
    const connection = new Connection(socket);
    await this.#reportFailure(connection, () => this.#answer(connection));
    connection.end();
  }

  /** Works on a spooled request while its client still loads what it needs to connect. */
  #beginEarly(id: string, request: CheckedRequest): void {
    const { method } = request;
    if (method === 'status' || method === 'stop') return;
    const client = new ExpectedClient();
    const done = this.#reportFailure(client, () => answer(this.#options.app, client, { ...request, method }));
    this.#expected.set(id, { client, done });
    client.signal.addEventListener('abort', () => this.#expected.delete(id), { once: true });
  }

  async #reportFailure(client: ClientEnd, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const error = toIrisError(thrown);
      if (error.code === 'INTERNAL') this.#options.logger('request.failed', { stack: stackOf(thrown) });
      client.sendJson(FROM_DAEMON.error, { ...error.toJSON(), stack: stackOf(thrown) });
    }
  }

  async #answer(connection: Connection): Promise<void> {
    const asked = await connection.request();
    const { build, method: wanted } = daemonHandshake.parse(asked);
    if (build !== BUILD && wanted !== 'status' && wanted !== 'stop') {
      connection.sendJson(FROM_DAEMON.result, OUTDATED);
      return this.#stop('outdated');
    }
    const request = daemonRequest.parse(asked);
    const { method, spooled } = request;
    if (method === 'status') return connection.sendJson(FROM_DAEMON.result, this.#status());
    if (method === 'stop') {
      connection.sendJson(FROM_DAEMON.result, { pid: process.pid });
      return this.#stop('asked');
    }
    if (spooled !== undefined) return await this.#answerSpooled(connection, spooled);
    await answer(this.#options.app, connection, { ...request, method });
  }

  async #answerSpooled(connection: Connection, id: string): Promise<void> {
    if (!this.#expected.has(id)) {
      const request = this.#spool?.take(id);
      if (request === undefined) throw takenByAnother();
      this.#beginEarly(id, request);
    }
    const expected = this.#expected.get(id);
    this.#expected.delete(id);
    expected?.client.meet(connection);
    await expected?.done;
  }

  #status(): DaemonStatus {
    const { app, paths } = this.#options;
    return {
      pid: process.pid,
      version: VERSION,
      build: BUILD,
      uptimeMs: Date.now() - this.#startedAt,
      sandboxes: app.sandboxCount,
      runs: app.runCount,
      connections: this.#open.size,
      rssBytes: process.memoryUsage.rss(),
      socket: paths.socket,
      log: paths.log,
    };
  }
}

function takenByAnother(): IrisError {
  return new IrisError('DAEMON_UNREACHABLE', 'Another iris daemon took the request and ended', {
    hint: 'The script may have started. Run it again if it may run twice.',
  });
}

function stackOf(thrown: unknown): string | undefined {
  return thrown instanceof Error ? thrown.stack : undefined;
}
