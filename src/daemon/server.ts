import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { App } from '../app/open-app.ts';
import { OUTDATED } from '../contract/daemon-wire.ts';
import { FROM_DAEMON, type DaemonStatus } from '../contract/daemon-wire.ts';
import { daemonRequest } from '../contract/daemon-request.ts';
import { toIrisError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { BUILD, VERSION } from '../core/version.ts';
import { answer } from './answer.ts';
import type { DaemonPaths } from './client/paths.ts';
import { Connection } from './connection.ts';
import { ensurePrivateDir } from './private-dir.ts';

export interface DaemonServerOptions {
  readonly app: App;
  readonly paths: DaemonPaths;
  readonly logger: Logger;
}

/** Listens on the daemon's socket. The lock is held already, so a socket file that is there is a dead one's. */
export class DaemonServer {
  readonly #options: DaemonServerOptions;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #startedAt = Date.now();
  readonly #stopping: Promise<string>;
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
    return this.#open.size > 0 ? 0 : Date.now() - this.#lastUsedMs;
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
  }

  /** Takes no more clients and waits for those that are being served. */
  async drain(): Promise<void> {
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
    try {
      await this.#answer(connection);
    } catch (thrown) {
      const error = toIrisError(thrown);
      if (error.code === 'INTERNAL') this.#options.logger('request.failed', { stack: stackOf(thrown) });
      connection.sendJson(FROM_DAEMON.error, { ...error.toJSON(), stack: stackOf(thrown) });
    } finally {
      connection.end();
    }
  }

  async #answer(connection: Connection): Promise<void> {
    const request = daemonRequest.parse(await connection.request());
    const { method } = request;
    if (method === 'status') return connection.sendJson(FROM_DAEMON.result, this.#status());
    if (method === 'stop') {
      connection.sendJson(FROM_DAEMON.result, { pid: process.pid });
      return this.#stop('asked');
    }
    if (request.build !== BUILD) {
      connection.sendJson(FROM_DAEMON.result, OUTDATED);
      return this.#stop('outdated');
    }
    await answer(this.#options.app, connection, { ...request, method });
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

function stackOf(thrown: unknown): string | undefined {
  return thrown instanceof Error ? thrown.stack : undefined;
}
