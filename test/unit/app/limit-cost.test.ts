import { describe, expect, test } from 'vitest';
import { limitCost } from '../../../src/app/limit-cost.ts';
import { defaultConfig } from '../../../src/config/default-config.ts';
import { IrisError } from '../../../src/core/errors.ts';
import type { RunRequest } from '../../../src/executor/run-request.ts';

const HOUR_MS = 3_600_000;

const request: RunRequest = {
  runId: 'run_1',
  scriptFile: '/p/x.ts',
  args: [],
  localDir: '/p',
  project: '/p',
  sandboxName: 'default',
  removeAfter: 'never',
  envs: {},
  includes: [],
  sandboxCwd: undefined,
  hasNetwork: false,
  timeoutMs: HOUR_MS,
  servers: [],
  sandboxTimeoutMs: HOUR_MS / 2,
  sandboxOnTimeout: 'close',
};

interface Given {
  readonly run?: Partial<RunRequest>;
  readonly maxPerRunUsd?: number;
  readonly maxPerMonthUsd?: number;
  readonly isTimeoutChosen?: boolean;
  readonly spentUsd?: number;
}

/** A sandbox comes to a dollar an hour. */
function limit({ run, spentUsd = 0, isTimeoutChosen = true, ...most }: Given) {
  const slots: (string | undefined)[] = [];
  const meter = {
    rate: () => 1 / 3600,
    month: (slot?: string) => {
      slots.push(slot);
      return Promise.resolve({ month: '2026-11', spentUsd, committedUsd: 0.25 });
    },
  };
  const cost = { ...defaultConfig().cost, ...most };
  return { slots, done: limitCost({ ...request, ...run }, { meter, cost, isTimeoutChosen }) };
}

async function refuse(given: Given): Promise<IrisError> {
  const outcome = await limit(given).done.catch((thrown: unknown) => thrown);
  if (outcome instanceof IrisError) return outcome;
  throw new Error('It was not refused', { cause: outcome });
}

describe('limitCost()', () => {
  test('limits nothing where nothing costs, or no limit is set', async () => {
    const { cost } = defaultConfig();
    const free = await limitCost(request, {
      meter: undefined,
      cost: { ...cost, maxPerRunUsd: 0, maxPerMonthUsd: 0 },
      isTimeoutChosen: true,
    });
    const unlimited = limit({});

    expect([free, await unlimited.done]).toEqual([
      { timeoutMs: HOUR_MS, events: [] },
      { timeoutMs: HOUR_MS, events: [] },
    ]);
    expect(unlimited.slots).toEqual([]);
  });

  test('lets a run pass whose time limit comes to no more than it may', async () => {
    expect(await limit({ maxPerRunUsd: 1 }).done).toEqual({ timeoutMs: HOUR_MS, events: [] });
  });

  test('refuses a time limit that could come to more, and says which one would do', async () => {
    const error = await refuse({ maxPerRunUsd: 0.5 });

    expect(error.code).toBe('COST_EXCEEDED');
    expect(error.message).toBe(
      'The run could come to ~$1.00, and cost.maxPerRun (--max-cost) allows $0.50 (estimate: ~$1.00 an hour, a time limit of 1h)',
    );
    expect(error.hint).toBe('Give it less time, with --timeout 30m, or raise --max-cost.');
  });

  test('takes no time limit for a day', async () => {
    const error = await refuse({ maxPerRunUsd: 5, run: { timeoutMs: 0 } });

    expect(error.message).toContain('could come to ~$24.00');
    expect(error.message).toContain('no time limit, so up to 24h');
  });

  test('shortens a run whose time limit nobody chose, and says so', async () => {
    const { timeoutMs, events } = await limit({ maxPerRunUsd: 0.5, isTimeoutChosen: false }).done;

    expect(timeoutMs).toBe(HOUR_MS / 2);
    expect(events).toMatchObject([
      { type: 'phase', text: 'The script may run for 30m, which comes to no more than $0.50 (estimate)' },
    ]);
  });

  test.each([true, false])(
    'refuses what is not enough for a second (chosen: %s)',
    async (isTimeoutChosen) => {
      const error = await refuse({ maxPerRunUsd: 0, isTimeoutChosen });

      expect([error.code, error.hint]).toEqual(['COST_EXCEEDED', expect.stringContaining('not enough')]);
    },
  );

  test('refuses a run with which the month could come to more: its time, and the idle time of its sandbox', async () => {
    const fits = limit({ maxPerMonthUsd: 10, spentUsd: 8.25 });
    const error = await refuse({ maxPerMonthUsd: 10, spentUsd: 8.3 });

    expect(await fits.done).toMatchObject({ timeoutMs: HOUR_MS });
    expect(fits.slots).toEqual(['default\n/p\nno\n\nnone']);
    expect(error.code).toBe('COST_EXCEEDED');
    expect(error.message).toBe(
      '2026-11 could come to more than cost.maxPerMonth allows, $10.00 (estimate: ~$8.30 so far, ~$0.25 in sandboxes that live on, up to ~$1.50 for this run)',
    );
  });

  test('with --rm no idle time is added', async () => {
    const { done } = limit({ maxPerMonthUsd: 10, spentUsd: 8.7, run: { removeAfter: 'always' } });

    expect(await done).toMatchObject({ timeoutMs: HOUR_MS });
  });
});
