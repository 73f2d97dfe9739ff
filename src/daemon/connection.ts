import type { Socket } from 'node:net';
import { FROM_DAEMON, MAX_FRAME_BYTES, TO_DAEMON, type Question } from '../contract/daemon-wire.ts';
import { IrisError } from '../core/errors.ts';
import { encodeFrame, FrameDecoder, frameHeader, type Frame } from '../core/frames.ts';
import type { SignalName } from '../core/signal-name.ts';
import type { ClientEnd } from './client-end.ts';
import { OpenQuestions } from './open-questions.ts';

/** More than one chunk, so that this end reads the next one while the other takes the last. */
const MAX_PENDING_BYTES = 512 * 1024;

const SIGNALS: ReadonlySet<string> = new Set<SignalName>(['SIGINT', 'SIGTERM', 'SIGKILL']);

/** The daemon's end of one client: frames out with back-pressure, request, stdin and signals in. */
export class Connection implements ClientEnd {
  readonly #socket: Socket;
  readonly #closed = new AbortController();
  readonly #request: Promise<unknown>;
  readonly #questions = new OpenQuestions(this.#closed.signal, (asked) =>
    this.sendJson(FROM_DAEMON.question, asked),
  );
  #pieces: Buffer[] = [];
  #piecesType = 0;
  #piecesBytes = 0;
  #onSignal: ((name: SignalName) => void) | undefined;
  #onResize: ((size: unknown) => void) | undefined;
  #onStdin: ((chunk: Buffer | undefined) => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#request = this.#readRequest();
    // A client that leaves before its request is read is nobody's failure.
    this.#request.catch(() => undefined);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#closed.abort(new IrisError('CANCELLED', 'The client went away')));
  }

  get signal(): AbortSignal {
    return this.#closed.signal;
  }

  /** The first frame, as JSON that nobody has checked yet. */
  request(): Promise<unknown> {
    return this.#request;
  }

  onSignal(listener: (name: SignalName) => void): void {
    this.#onSignal = listener;
  }

  onResize(listener: (size: unknown) => void): void {
    this.#onResize = listener;
  }

  async *stdin(): AsyncGenerator<Buffer, void> {
    for (;;) {
      const chunk = await new Promise<Buffer | undefined>((resolve) => {
        this.#onStdin = resolve;
        this.signal.addEventListener('abort', () => resolve(undefined), { once: true });
        this.#writeFrame(encodeFrame(FROM_DAEMON.stdinWanted));
      });
      if (chunk === undefined) return;
      yield chunk;
    }
  }

  ask(question: Question): Promise<unknown> {
    return this.#questions.ask(question);
  }

  sendJson(type: number, value: unknown): void {
    this.#writeFrame(encodeFrame(type, JSON.stringify(value)));
  }

  /** All pieces of one kind that come in one turn of the event loop make one frame, and one system call. */
  async sendBytes(type: number, bytes: Buffer): Promise<void> {
    const socket = this.#socket;
    if (socket.destroyed) return;
    if (type !== this.#piecesType) this.#writePieces();
    if (this.#pieces.length === 0) process.nextTick(() => this.#writePieces());
    this.#piecesType = type;
    this.#pieces.push(bytes);
    this.#piecesBytes += bytes.length;
    if (socket.writableLength + this.#piecesBytes <= MAX_PENDING_BYTES) return;
    this.#writePieces();
    if (!socket.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        socket.off('drain', done);
        socket.off('close', done);
        resolve();
      };
      socket.once('drain', done);
      socket.once('close', done);
    });
  }

  end(): void {
    this.#writePieces();
    this.#socket.end();
  }

  /** In the order of the calls: what waits to be put together goes first. */
  #writeFrame(frame: Buffer): void {
    this.#writePieces();
    if (!this.#socket.destroyed) this.#socket.write(frame);
  }

  #writePieces(): void {
    const pieces = this.#pieces;
    if (pieces.length === 0) return;
    const header = frameHeader(this.#piecesType, this.#piecesBytes);
    this.#pieces = [];
    this.#piecesBytes = 0;
    if (this.#socket.destroyed) return;
    this.#socket.cork();
    this.#socket.write(header);
    for (const piece of pieces) this.#socket.write(piece);
    this.#socket.uncork();
  }

  /** Before there is a script to pass it on to, a signal ends the request. */
  #takeSignal(name: SignalName): void {
    if (this.#onSignal !== undefined) this.#onSignal(name);
    else this.#closed.abort(new IrisError('CANCELLED', `Stopped by ${name} before the script started`));
  }

  #readRequest(): Promise<unknown> {
    const decoder = new FrameDecoder({ maxPayloadBytes: MAX_FRAME_BYTES });
    return new Promise((resolve, reject) => {
      this.#socket.once('close', () => reject(new IrisError('CANCELLED', 'The client sent no request')));
      this.#socket.on('data', (chunk: Buffer) => {
        try {
          for (const frame of decoder.push(chunk)) this.#take(frame, resolve);
        } catch (thrown) {
          reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
          this.#socket.destroy();
        }
      });
    });
  }

  #take(frame: Frame, onRequest: (value: unknown) => void): void {
    switch (frame.type) {
      case TO_DAEMON.request: {
        const request: unknown = JSON.parse(frame.payload.toString('utf8'));
        // The spool itself tells who took what lies there, and this would cost a system call and wake the client.
        if (!isSpooled(request)) this.#writeFrame(encodeFrame(FROM_DAEMON.taken));
        onRequest(request);
        return;
      }
      case TO_DAEMON.stdin:
        // The payload is a slice of a read buffer that the socket does not reuse.
        this.#onStdin?.(frame.payload);
        return;
      case TO_DAEMON.stdinEnd:
        this.#onStdin?.(undefined);
        return;
      case TO_DAEMON.signal: {
        const name = frame.payload.toString('latin1');
        if (isSignalName(name)) this.#takeSignal(name);
        return;
      }
      case TO_DAEMON.resize:
        this.#onResize?.(JSON.parse(frame.payload.toString('utf8')));
        return;
      case TO_DAEMON.reply:
        this.#questions.take(JSON.parse(frame.payload.toString('utf8')));
        return;
      default:
        throw new IrisError('INTERNAL', `Unknown frame ${frame.type}`);
    }
  }
}

function isSpooled(request: unknown): boolean {
  return typeof request === 'object' && request !== null && 'spooled' in request;
}

function isSignalName(name: string): name is SignalName {
  return SIGNALS.has(name);
}
