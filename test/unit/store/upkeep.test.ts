import { describe, expect, test } from 'vitest';
import { Upkeep } from '../../../src/store/pglite/upkeep.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** An upkeep whose work is only noted; each pass of pruning removes what is said. */
function upkeepOf(removals: number[], rssBytes = 0) {
  const done: string[] = [];
  const upkeep = new Upkeep({
    idleMs: 2 * HOUR,
    maintain: async (sql) => void done.push(sql),
    prune: async () => {
      done.push('prune');
      return removals.shift() ?? 0;
    },
    close: async () => void done.push('close'),
    logger: () => undefined,
    rssBytes: () => rssBytes,
  });
  return { upkeep, done };
}

describe('Upkeep', () => {
  test('prunes in a quiet moment, until nothing old is left, and again after an hour', async () => {
    const { upkeep, done } = upkeepOf([500, 500]);
    using _ = upkeep;
    const start = performance.now();
    upkeep.used();

    const counts: number[] = [];
    for (const at of [20 * SECOND, 40 * SECOND, 50 * SECOND, 59 * SECOND, 0.9 * HOUR, 1.1 * HOUR]) {
      await upkeep.tick(start + at);
      counts.push(done.filter((one) => one === 'prune').length);
    }

    expect(counts).toEqual([0, 1, 2, 3, 3, 4]);
  });

  test('vacuums after what was pruned as after what was written', async () => {
    const { upkeep, done } = upkeepOf([2000]);
    using _ = upkeep;
    const start = performance.now();
    upkeep.used();
    for (const at of [40, 50]) await upkeep.tick(start + at * SECOND);

    expect(done).toEqual(['prune', 'prune', 'vacuum (analyze)']);
  });

  test('does nothing before the first call, and closes what nobody uses', async () => {
    const { upkeep, done } = upkeepOf([]);
    using _ = upkeep;
    const start = performance.now();
    await upkeep.tick(start + HOUR);
    upkeep.used();
    await upkeep.tick(start + 2.1 * HOUR);
    await upkeep.tick(start + 5 * HOUR);

    expect(done).toEqual(['close']);
  });

  test('closes early what has grown too large', async () => {
    const { upkeep, done } = upkeepOf([], 2 ** 30);
    using _ = upkeep;
    const start = performance.now();
    upkeep.used();
    await upkeep.tick(start + 5 * SECOND);
    await upkeep.tick(start + 15 * SECOND);

    expect(done).toEqual(['close']);
  });
});
