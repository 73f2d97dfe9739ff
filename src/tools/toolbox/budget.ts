import { IrisError } from '../../core/errors.ts';

export interface BudgetLimits {
  readonly maxCalls: number;
  /** Of input and output together, as JSON. */
  readonly maxBytes: number;
}

/** What one caller, such as a run, may spend on tools in all. */
export class Budget {
  readonly #limits: BudgetLimits;
  #calls = 0;
  #bytes = 0;

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  get spent(): { readonly calls: number; readonly bytes: number } {
    return { calls: this.#calls, bytes: this.#bytes };
  }

  /** Takes one call with what goes in and comes out. Throws IRIS_LIMIT_EXCEEDED, and what the call throws. */
  async spendOn(input: unknown, call: () => Promise<unknown>): Promise<unknown> {
    this.takeCall();
    this.takeBytes(sizeOf(input));
    const answer = await call();
    this.takeBytes(sizeOf(answer));
    return answer;
  }

  /** Takes one call. Throws IRIS_LIMIT_EXCEEDED when there is none left. */
  takeCall(): void {
    const { maxCalls } = this.#limits;
    if (this.#calls >= maxCalls) throw exhausted(`${maxCalls} calls`);
    this.#calls += 1;
  }

  /** Takes bytes. Throws IRIS_LIMIT_EXCEEDED when there are too few left. */
  takeBytes(bytes: number): void {
    const { maxBytes } = this.#limits;
    if (this.#bytes + bytes > maxBytes) throw exhausted(`${maxBytes} bytes`);
    this.#bytes += bytes;
  }
}

/** How many bytes a value has as JSON. */
export function sizeOf(value: unknown): number {
  return value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
}

function exhausted(what: string): IrisError {
  return new IrisError('IRIS_LIMIT_EXCEEDED', `The budget of ${what} for tools is spent`, {
    hint: 'Send fewer and larger calls, such as many events in one, or raise the budget.',
  });
}
