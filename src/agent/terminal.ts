import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { ReadStream } from 'node:tty';
import { ConnectFailure } from '../core/connect-failure.ts';
import { errnoOf } from '../core/errors.ts';
import type { TerminalSize } from '../core/process-wire.ts';

/** How to run a small program with the controlling end as its descriptor 3. */
export interface TerminalTool {
  readonly file: string;
  readonly options: readonly string[];
}

const MIN_RETRY_MS = 2;
const MAX_RETRY_MS = 50;

/** The controlling end of a pseudo terminal. It closes by itself when the last program at the other end has gone. */
export class Terminal {
  /** What appears on the screen; it closes at the end and never ends otherwise. */
  readonly output: ReadStream;
  readonly #fd: number;
  readonly #tool: TerminalTool;
  #inputTail: Promise<void> = Promise.resolve();
  #sizeTail: Promise<void> = Promise.resolve();

  /** Takes over the descriptor, which has to be in non-blocking mode. */
  constructor(fd: number, tool: TerminalTool) {
    this.#fd = fd;
    this.#tool = tool;
    this.output = new ReadStream(fd);
    // Reading fails with EIO once nobody is left at the other end: that is its end.
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
    if (this.output.destroyed) throw closed();
    try {
      return writeSync(this.#fd, bytes);
    } catch (cause) {
      if (errnoOf(cause) === 'EAGAIN') return 0;
      throw closed(cause);
    }
  }

  async #setSize({ cols, rows }: TerminalSize): Promise<void> {
    if (this.output.destroyed) throw closed();
    const { file, options } = this.#tool;
    const child = spawn(file, [...options, 'resize', String(rows), String(cols)], {
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', this.#fd],
    });
    const [exitCode] = await once(child, 'exit');
    if (exitCode !== 0) throw closed();
  }
}

function closed(cause?: unknown): ConnectFailure {
  return new ConnectFailure('failed_precondition', 'the terminal is closed', { cause });
}
