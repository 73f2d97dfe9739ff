import { metricsGet } from '../../src/contract/tools/metrics.ts';
import { openTestStore } from '../../test/support/test-store.ts';
import { median } from '../measure.ts';
import { printGoals } from '../report.ts';

const POINTS = 1_000_000;
const DAYS = 7;
const FIRST_DAY_AGO = 15;
const DAY_MS = 86_400_000;
const QUANTILES = [0.5, 0.95, 0.99];

/** Percentiles of a million points that are rolled up, against the same of single points where those are as many. */
export async function benchPercentiles(rounds: number): Promise<void> {
  await using db = await openTestStore();
  const dayAgo = (days: number): string =>
    new Date(Math.floor(Date.now() / DAY_MS - days) * DAY_MS).toISOString();
  await db.engine.maintain(`
    insert into iris.projects (id) values ('bench');
    insert into iris.metric_defs (project_id, name, type) values ('bench', 'm', 'histogram');
    insert into iris.metric_series (project_id, name, series, labels) values ('bench', 'm', iris.label_series('{}'), '{}');
    insert into iris.metric_points (project_id, id, name, series, ts, received_at, value)
      select 'bench', gen_random_uuid(), 'm', iris.label_series('{}'),
        timestamptz '${dayAgo(FIRST_DAY_AGO)}' + o * interval '${(DAYS * 86_400) / POINTS} s', now() - interval '2 h',
        exp(4 + sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))
        from generate_series(0, ${POINTS - 1}) o;`);
  const ask = (bucket: '1h' | '1d' | null): Promise<unknown> =>
    db.call(
      metricsGet,
      {
        name: 'm',
        since: dayAgo(FIRST_DAY_AGO),
        until: dayAgo(FIRST_DAY_AGO - DAYS),
        bucket,
        quantiles: QUANTILES,
      },
      { projectId: 'bench' },
    );
  const exactMs = await timeOf(() => ask(null));
  await db.store('bench').call('iris_metric_rollup', {});
  // As the daemon does in quiet moments.
  await db.engine.maintain('vacuum analyze iris.metric_points');
  await db.engine.maintain('vacuum analyze iris.metric_rollups');

  console.log(
    `\n## Percentiles of ${POINTS} points in ${DAYS} days\n\nfrom single points: ${exactMs.toFixed(0)} ms\n`,
  );
  console.log('| from rows of hours and days | median ms |\n| --- | ---: |');
  const medians = new Map<string, number>();
  for (const [name, bucket] of [
    ['the whole time', null],
    ['by day', '1d'],
    ['by hour', '1h'],
  ] as const) {
    const times: number[] = [];
    for (let round = -3; round < rounds; round++) {
      const ms = await timeOf(() => ask(bucket));
      if (round >= 0) times.push(ms);
    }
    medians.set(name, median(times));
    console.log(`| ${name} | ${median(times).toFixed(1)} |`);
  }
  printGoals([...medians].map(([name, value]) => ({ text: `ms for percentiles, ${name}`, value, limit: 5 })));
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
