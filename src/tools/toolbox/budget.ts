import { formatByteSize } from '../../core/byte-size.ts';
import { formatDuration } from '../../core/duration.ts';
import { IrisError } from '../../core/errors.ts';
import { Deadline } from './deadline.ts';

export interface BudgetLimits {
  readonly maxCalls: number;
  /** Of input and output together, as JSON. */
  readonly maxBytes: number;
  /** Of all calls together; 0 for no limit. */
  readonly maxTimeMs: number;
}

/** A timer that is set for longer goes off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What one caller, such as a run, may spend on tools in all. */
export class Budget {
  readonly #limits: BudgetLimits;
  #calls = 0;
  #bytes = 0;
  #timeMs = 0;

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  get timeLeftMs(): number {
    const { maxTimeMs } = this.#limits;
    return maxTimeMs === 0 ? Number.POSITIVE_INFINITY : Math.max(0, maxTimeMs - this.#timeMs);
  }

  /** Makes a call that was taken within the time that is left, and takes its time and its answer. */
  async spendOn(call: (signal: AbortSignal) => Promise<unknown>, signal: AbortSignal): Promise<unknown> {
    using deadline = new Deadline(Math.min(this.timeLeftMs, LONGEST_TIMER_MS), signal);
    const clock = performance.now();
    try {
      const answer = await call(deadline.signal);
      this.takeBytes(sizeOf(answer));
      return answer;
    } catch (thrown) {
      throw deadline.hasPassed ? this.outOfTime() : thrown;
    } finally {
      this.addTime(performance.now() - clock);
    }
  }

  /** Takes one call. Throws IRIS_LIMIT_EXCEEDED when there is none left, or no time for it. */
  takeCall(): void {
    const { maxCalls } = this.#limits;
    if (this.#calls >= maxCalls) throw exhausted(`${maxCalls} calls`, 'maxCalls');
    if (this.timeLeftMs === 0) throw this.outOfTime();
    this.#calls += 1;
  }

  /** Takes bytes. Throws IRIS_LIMIT_EXCEEDED when there are too few left. */
  takeBytes(bytes: number): void {
    const { maxBytes } = this.#limits;
    if (this.#bytes + bytes > maxBytes) throw exhausted(formatByteSize(maxBytes), 'maxBytes');
    this.#bytes += bytes;
  }

  /** Notes how long a call took. */
  addTime(ms: number): void {
    this.#timeMs += ms;
  }

  outOfTime(): IrisError {
    return exhausted(formatDuration(this.#limits.maxTimeMs), 'maxTime');
  }
}

/** How many bytes a value has as JSON. */
export function sizeOf(value: unknown): number {
  return value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
}

function exhausted(amount: string, key: keyof typeof REMEDIES): IrisError {
  return new IrisError('IRIS_LIMIT_EXCEEDED', `The budget of ${amount} for the tools of a run is spent`, {
    hint: `${REMEDIES[key]}, or raise tools.${key} in the configuration.`,
  });
}

const REMEDIES = {
  maxCalls: 'Send fewer and larger calls, such as many events in one',
  maxBytes: 'Send and ask for less, such as pages of a list',
  maxTime: 'Ask for less at once',
} as const;
