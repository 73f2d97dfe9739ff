import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { MAX_PROCESS_LOG_LINE_BYTES } from '../../core/process-log-wire.ts';
import type { Logger } from '../../core/logger.ts';

export interface ProcessLinesOptions {
  readonly sandboxId: string;
  readonly logger: Logger;
  readonly nowMs?: () => number;
}

const LINE_FEED = 10;
const WINDOW_MS = 1000;
/** What a sandbox may say in one window; the rest is not even looked at. */
const MAX_LINES = 100;

const pid = z.number().int().nonnegative();
const text = z.string().max(MAX_PROCESS_LOG_LINE_BYTES);
const processLine = z.discriminatedUnion('event', [
  z.object({ event: z.literal('started'), pid, user: text, command: text }),
  z.object({ event: z.literal('ended'), pid, exitCode: z.number().int(), status: text }),
]);

/** Enters into a sandbox's log what its agent says of processes. None of it is to be trusted, only shown. */
export class ProcessLines {
  readonly #options: ProcessLinesOptions;
  #isTaken = false;
  #windowStartMs = -Infinity;
  #linesInWindow = 0;

  constructor(options: ProcessLinesOptions) {
    this.#options = options;
  }

  /** Reads a channel of the agent; a second one is refused. */
  accept(channel: Duplex): void {
    channel.on('error', () => undefined);
    if (this.#isTaken) return void channel.destroy();
    this.#isTaken = true;
    let pending: Buffer = Buffer.alloc(0);
    channel.on('data', (chunk: Buffer) => {
      let rest = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED)) {
        this.#take(rest.subarray(0, end));
        rest = rest.subarray(end + 1);
      }
      if (rest.length > MAX_PROCESS_LOG_LINE_BYTES) channel.destroy();
      // A copy, so that a few bytes do not keep a large chunk.
      pending = Buffer.from(rest.subarray(0, MAX_PROCESS_LOG_LINE_BYTES));
    });
  }

  #take(line: Buffer): void {
    if (!this.#hasRoom() || line.length > MAX_PROCESS_LOG_LINE_BYTES) return;
    const parsed = processLine.safeParse(parseJson(line.toString()));
    if (!parsed.success) return;
    const { event, ...facts } = parsed.data;
    this.#options.logger(`sandbox.process-${event}`, { id: this.#options.sandboxId, ...facts });
  }

  #hasRoom(): boolean {
    const nowMs = (this.#options.nowMs ?? Date.now)();
    if (nowMs - this.#windowStartMs >= WINDOW_MS) {
      this.#windowStartMs = nowMs;
      this.#linesInWindow = 0;
    }
    this.#linesInWindow += 1;
    return this.#linesInWindow <= MAX_LINES;
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
