import type { ServerResponse } from 'node:http';
import { never } from '../../core/never.ts';
import type { KernelMessage } from '../kernel/kernel-wire.ts';

/** As often as E2B's own server says that a silent cell still runs. */
const KEEPALIVE_MS = 5_000;

/** What a cell gives out while it runs. */
export type CellOutput = Exclude<KernelMessage, { readonly type: 'ready' | 'end' }>;

/** The messages of one cell as the body of a response: one JSON text a line. */
export class ExecutionStream {
  readonly #response: ServerResponse;
  readonly #keepaliveTimer: NodeJS.Timeout;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.#keepaliveTimer = setInterval(() => this.#write({ type: 'keepalive' }), KEEPALIVE_MS).unref();
    response.once('close', () => clearInterval(this.#keepaliveTimer));
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.flushHeaders();
  }

  /** Calls `listener` when there is room again after `send` returned false, or when the client has gone. */
  onRoom(listener: () => void): void {
    this.#response.on('drain', listener);
    this.#response.once('close', listener);
  }

  begin(executionCount: number): void {
    this.#write({ type: 'number_of_executions', execution_count: executionCount });
  }

  /** Returns false when the client is behind. */
  send(output: CellOutput): boolean {
    return this.#write(toEvent(output));
  }

  /** Ends the stream; `isExpected` is false when the kernel has gone before its cell was over. */
  end(isExpected: boolean): void {
    if (!isExpected) this.#write({ type: 'unexpected_end_of_execution' });
    this.#write({ type: 'end_of_execution' });
    clearInterval(this.#keepaliveTimer);
    this.#response.end();
  }

  #write(event: object): boolean {
    const response = this.#response;
    // Nobody reads any more: whatever comes is dropped at once.
    if (response.destroyed || response.writableEnded) return true;
    this.#keepaliveTimer.refresh();
    return response.write(`${JSON.stringify(event)}\n`);
  }
}

function toEvent(output: CellOutput): object {
  switch (output.type) {
    case 'stdout':
    case 'stderr':
      return { type: output.type, text: output.text, timestamp: new Date().toISOString() };
    case 'result':
      return { type: 'result', ...withPlainText(output.formats), is_main_result: output.isMain };
    case 'error':
      return output;
    default:
      return never(output);
  }
}

/** E2B's server takes the quotes off a text, so that the result of a string is the string. */
function withPlainText(formats: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const text = formats['text'];
  return typeof text === 'string' && /^(['"]).*\1$/s.test(text)
    ? { ...formats, text: text.slice(1, -1) }
    : formats;
}
