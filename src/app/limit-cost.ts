import type { CostConfig } from '../config/iris-config.ts';
import type { RunEvent } from '../contract/run-event.ts';
import { formatDuration } from '../core/duration.ts';
import { IrisError } from '../core/errors.ts';
import { formatEstimate, formatUsd } from '../core/money.ts';
import type { RunRequest } from '../executor/run-request.ts';
import type { CostMeter } from '../sandbox/cost/cost-meter.ts';
import { slotOfRequest } from './cost-slot.ts';

export interface CostLimits {
  /** Undefined where sandboxes cost nothing. */
  readonly meter: Pick<CostMeter, 'rate' | 'month'> | undefined;
  readonly cost: CostConfig;
  /** Whether somebody said how long the script may run. */
  readonly isTimeoutChosen: boolean;
}

export interface LimitedRun {
  readonly timeoutMs: number;
  readonly events: readonly RunEvent[];
}

/** The longest that E2B lets a sandbox live: what a run without a time limit may take. */
const LONGEST_MS = 24 * 3_600_000;
/** Less time than this is none. */
const SHORTEST_MS = 1000;

/**
 * Settles how long a run may take for what it may cost. Throws COST_EXCEEDED when it could come to more than it may, or
 * the month could; nothing was started then.
 */
export async function limitCost(request: RunRequest, limits: CostLimits): Promise<LimitedRun> {
  const { meter, cost } = limits;
  if (meter === undefined) return { timeoutMs: request.timeoutMs, events: [] };
  const limited = limitRun(request.timeoutMs, meter.rate(), limits);
  if (cost.maxPerMonthUsd === undefined) return limited;
  const idleMs = request.removeAfter === 'always' ? 0 : request.sandboxTimeoutMs;
  const worstUsd = (meter.rate() * ((limited.timeoutMs || LONGEST_MS) + idleMs)) / 1000;
  const { month, spentUsd, committedUsd } = await meter.month(slotOfRequest(request));
  if (spentUsd + committedUsd + worstUsd <= cost.maxPerMonthUsd) return limited;
  const parts = `${formatEstimate(spentUsd)} so far, ${formatEstimate(committedUsd)} in sandboxes that live on, up to ${formatEstimate(worstUsd)} for this run`;
  throw new IrisError(
    'COST_EXCEEDED',
    `${month} could come to more than cost.maxPerMonth allows, ${formatUsd(cost.maxPerMonthUsd)} (estimate: ${parts})`,
    {
      hint: 'Give the run less time with --timeout and end its sandbox with --rm, close others with iris sandbox close --all, run it here with --provider embedded, or raise cost.maxPerMonth.',
      details: { month, spentUsd, committedUsd, worstUsd, maxUsd: cost.maxPerMonthUsd },
    },
  );
}

/** Without a choice of somebody, the time is what the money is enough for. */
function limitRun(timeoutMs: number, rate: number, { cost, isTimeoutChosen }: CostLimits): LimitedRun {
  const maxUsd = cost.maxPerRunUsd;
  const wishedMs = timeoutMs || LONGEST_MS;
  const affordableMs = maxUsd === undefined || rate === 0 ? LONGEST_MS : Math.floor(maxUsd / rate) * 1000;
  if (maxUsd === undefined || wishedMs <= affordableMs) return { timeoutMs, events: [] };
  if (!isTimeoutChosen && affordableMs >= SHORTEST_MS) {
    const text = `The script may run for ${formatDuration(affordableMs)}, which comes to no more than ${formatUsd(maxUsd)} (estimate)`;
    return { timeoutMs: affordableMs, events: [{ type: 'phase', phase: 'plan', text }] };
  }
  const worstUsd = (rate * wishedMs) / 1000;
  const time =
    timeoutMs === 0 ? 'no time limit, so up to 24h' : `a time limit of ${formatDuration(timeoutMs)}`;
  throw new IrisError(
    'COST_EXCEEDED',
    `The run could come to ${formatEstimate(worstUsd)}, and cost.maxPerRun (--max-cost) allows ${formatUsd(maxUsd)} (estimate: ${formatEstimate(rate * 3600)} an hour, ${time})`,
    {
      hint:
        affordableMs < SHORTEST_MS
          ? 'It is not enough for a second. Raise --max-cost, or run it here with --provider embedded.'
          : `Give it less time, with --timeout ${formatDuration(affordableMs)}, or raise --max-cost.`,
      details: { worstUsd, maxUsd },
    },
  );
}
