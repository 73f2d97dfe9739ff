import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { SENTINEL_BYTE } from './bridge-wire.ts';

export interface BridgeListenerOptions {
  /** Where the socket is made; what lies there is replaced. */
  readonly path: string;
  /** Takes a connection that has something to say. */
  readonly onConnection: (socket: Socket) => void;
}

/** A socket in the sandbox that one program and its children call their tools through. */
export class BridgeListener implements Disposable {
  readonly path: string;
  readonly #server: Server;
  readonly #onConnection: (socket: Socket) => void;
  readonly #open = new Set<Socket>();
  #onChange: () => void = () => undefined;
  #hasSeenSentinel = false;

  private constructor({ path, onConnection }: BridgeListenerOptions) {
    this.path = path;
    this.#onConnection = onConnection;
    this.#server = createServer((socket) => this.#accept(socket));
    // A program must not be kept waiting for a listener that failed later on.
    this.#server.on('error', () => undefined);
  }

  /** Listens. Throws what the system says when it cannot. */
  static async open(options: BridgeListenerOptions): Promise<BridgeListener> {
    rmSync(options.path, { force: true });
    const listener = new BridgeListener(options);
    await new Promise<void>((resolve, reject) => {
      listener.#server.once('error', reject);
      listener.#server.listen(options.path, resolve);
    });
    return listener;
  }

  /**
   * Resolves when everything that was sent before now has been taken and all who sent it have gone, or after
   * `limitMs` when somebody, such as a child that lives on, still holds its connection.
   */
  async settled(limitMs: number): Promise<void> {
    if (!this.#server.listening) return;
    const sentinel = connect(this.path, () => sentinel.write(Buffer.of(SENTINEL_BYTE)));
    sentinel.on('error', () => undefined);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#onChange = (): void => {
        if (!this.#hasSeenSentinel || this.#open.size > 0) return;
        clearTimeout(timer);
        resolve();
      };
    });
    sentinel.destroy();
  }

  [Symbol.dispose](): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
    rmSync(this.path, { force: true });
  }

  #accept(socket: Socket): void {
    this.#open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#onChange();
    });
    socket.once('data', (first: Buffer) => {
      if (first[0] === SENTINEL_BYTE) {
        // Connections are accepted in their order: those before this one are known.
        this.#hasSeenSentinel = true;
        socket.destroy();
        return;
      }
      socket.pause();
      socket.unshift(first);
      this.#onConnection(socket);
    });
  }
}
