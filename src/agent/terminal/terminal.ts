import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, readSync, writeSync } from 'node:fs';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { ReadStream } from 'node:tty';
import { ConnectFailure } from '../../core/connect-failure.ts';
import { errnoOf } from '../../core/errors.ts';
import type { TerminalSize } from '../../core/process-wire.ts';

/** How to run a small program with the controlling end as its descriptor 3. */
export interface TerminalTool {
  readonly file: string;
  readonly options: readonly string[];
}

/** The two ends of a pseudo terminal: ours in non-blocking mode, and that of the programs. */
export interface TerminalEnds {
  readonly fd: number;
  /** While this is open, too, no hang-up is seen at our end: libuv would then drop what it has not yet read. */
  readonly farFd: number;
}

const MIN_RETRY_MS = 2;
const MAX_RETRY_MS = 50;
const READ_BYTES = 16 * 1024;

/** The controlling end of a pseudo terminal. */
export class Terminal {
  /** What appears on the screen, without an end: when the program has exited, `close` returns what is left. */
  readonly output: ReadStream;
  readonly #ends: TerminalEnds;
  readonly #tool: TerminalTool;
  #isClosed = false;
  #inputTail: Promise<void> = Promise.resolve();
  #sizeTail: Promise<void> = Promise.resolve();

  /** Takes over the descriptors. */
  constructor(ends: TerminalEnds, tool: TerminalTool) {
    this.#ends = ends;
    this.#tool = tool;
    this.output = new ReadStream(ends.fd);
    this.output.on('error', () => undefined);
  }

  /** Types bytes; settles when the terminal has taken them all. Throws failed_precondition when it is closed. */
  write(bytes: Buffer): Promise<void> {
    const written = this.#inputTail.then(() => this.#writeAll(bytes));
    this.#inputTail = written.catch(() => undefined);
    return written;
  }

  /** Sets the size and so sends SIGWINCH. Throws failed_precondition when the terminal is closed. */
  resize(size: TerminalSize): Promise<void> {
    const resized = this.#sizeTail.then(() => this.#setSize(size));
    this.#sizeTail = resized.catch(() => undefined);
    return resized;
  }

  /** Closes the terminal and returns what was on its way to the screen. */
  close(): Buffer[] {
    if (this.#isClosed) return [];
    const rest = this.#readRest();
    this.#isClosed = true;
    closeSync(this.#ends.farFd);
    this.output.destroy();
    return rest;
  }

  /** Little more than what the kernel keeps for a terminal: nobody is left who could write. */
  #readRest(): Buffer[] {
    const rest: Buffer[] = [];
    const buffered: unknown = this.output.read();
    if (Buffer.isBuffer(buffered)) rest.push(buffered);
    for (;;) {
      const bytes = this.#readSome();
      if (bytes.length === 0) return rest;
      rest.push(bytes);
    }
  }

  #readSome(): Buffer {
    const bytes = Buffer.allocUnsafe(READ_BYTES);
    try {
      return this.output.destroyed ? bytes.subarray(0, 0) : bytes.subarray(0, readSync(this.#ends.fd, bytes));
    } catch {
      return bytes.subarray(0, 0);
    }
  }

  /** A terminal whose reader is behind takes nothing for a while; then waiting must not block the agent. */
  async #writeAll(bytes: Buffer): Promise<void> {
    let rest = bytes;
    let retryMs = MIN_RETRY_MS;
    while (rest.length > 0) {
      const count = this.#writeSome(rest);
      rest = rest.subarray(count);
      if (count > 0) {
        retryMs = MIN_RETRY_MS;
        await nextTurn();
      } else {
        await sleep(retryMs);
        retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
      }
    }
  }

  /** Synchronous, so that the descriptor cannot be closed and given to another file meanwhile. */
  #writeSome(bytes: Buffer): number {
    this.#checkOpen();
    try {
      return writeSync(this.#ends.fd, bytes);
    } catch (cause) {
      if (errnoOf(cause) === 'EAGAIN') return 0;
      throw closed(cause);
    }
  }

  async #setSize({ cols, rows }: TerminalSize): Promise<void> {
    this.#checkOpen();
    const { file, options } = this.#tool;
    const child = spawn(file, [...options, 'resize', String(rows), String(cols)], {
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', this.#ends.fd],
    });
    const [exitCode] = await once(child, 'exit');
    if (exitCode !== 0) throw closed();
  }

  #checkOpen(): void {
    if (this.#isClosed || this.output.destroyed) throw closed();
  }
}

function closed(cause?: unknown): ConnectFailure {
  return new ConnectFailure('failed_precondition', 'the terminal is closed', { cause });
}
