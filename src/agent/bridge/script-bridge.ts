import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { BridgeListener } from '../../core/bridge-listener.ts';

/** How long the end of a program waits for what it has sent. */
const SETTLE_MS = 5_000;

/** The socket of one program. */
export interface ProgramSocket extends Disposable {
  readonly path: string;
  /** Resolves when the host has got what the program and its children have sent. */
  settled(): Promise<void>;
}

/** Leads the calls of programs to the host: a socket for each, so that it is known when a program has said all. */
export class ScriptBridge {
  readonly #openChannel: () => Duplex;
  #folder: string | undefined;
  #count = 0;

  constructor(openChannel: () => Duplex) {
    this.#openChannel = openChannel;
  }

  /** Makes the socket for a program that is about to start. */
  async open(): Promise<ProgramSocket> {
    // Short, for the system cuts paths of sockets at 107 bytes, and closed to other users.
    this.#folder ??= mkdtempSync(join(tmpdir(), 'iris-'));
    this.#count += 1;
    const listener = await BridgeListener.open({
      path: join(this.#folder, `${this.#count}.sock`),
      onConnection: (socket) => forward(socket, this.#openChannel()),
    });
    return {
      path: listener.path,
      settled: () => listener.settled(SETTLE_MS),
      [Symbol.dispose]: () => listener[Symbol.dispose](),
    };
  }

  close(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}

function forward(socket: Socket, channel: Duplex): void {
  channel.on('error', () => socket.destroy());
  channel.once('close', () => socket.destroy());
  socket.once('close', () => channel.end());
  socket.pipe(channel);
  channel.pipe(socket);
}
