import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metricRecord, metricsGet } from '../../../src/contract/tools/metrics.ts';
import { exponentialIndex } from '../../../src/tools/metrics/exposition/exponential-histogram.ts';
import { openTestStore, type TestStore } from '../../support/test-store.ts';

const DAY_MS = 86_400_000;

let db: TestStore;
let next = 0;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

interface Project {
  readonly projectId: string;
}

function newProject(): Project {
  next += 1;
  return { projectId: `p${next}` };
}

async function record(project: Project, values: readonly number[], more: object = {}): Promise<void> {
  await db.call(metricRecord, { points: values.map((value) => ({ name: 'm', value, ...more })) }, project);
}

describe('what is older than seven days', () => {
  // Lognormal values, the same in each run.
  const values = Array.from({ length: 3000 }, (_, i) => {
    const [u, v] = [((i * 7919) % 3001) / 3001 || 0.5, ((i * 104_729) % 2999) / 2999];
    return Math.exp(4 + Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v));
  });
  const dayAgo = (days: number): string =>
    new Date(Math.floor(Date.now() / DAY_MS - days) * DAY_MS).toISOString();

  async function fill(project: Project): Promise<void> {
    await db.engine.maintain(`
      insert into iris.projects (id) values ('${project.projectId}');
      insert into iris.metric_defs (project_id, name, type) values ('${project.projectId}', 'm', 'histogram');
      insert into iris.metric_series (project_id, name, series, labels)
        select '${project.projectId}', 'm', iris.label_series(l), l from (values ('{"k": "a"}'::jsonb), ('{"k": "b"}')) v (l);
      insert into iris.metric_points (project_id, id, name, series, ts, received_at, value)
        select '${project.projectId}', gen_random_uuid(), 'm', iris.label_series(case when o % 3 = 0 then '{"k": "b"}'::jsonb else '{"k": "a"}' end),
          timestamptz '${dayAgo(12)}' + o * interval '90 s', now() - interval '2 h', v
          from unnest(array[${values.join(',')}]::float8[]) with ordinality u (v, o);`);
  }

  const quantiles = [0, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

  test('keeps its percentiles within 1.1 % when it is rolled up, and everything else exactly', async () => {
    const project = newProject();
    await fill(project);
    const input = { name: 'm', since: dayAgo(13), until: dayAgo(5), bucket: null, groupBy: ['k'], quantiles };
    const before = await db.call(metricsGet, input, project);
    const rolled = await db.store(project.projectId).call('iris_metric_rollup', {});
    const after = await db.call(metricsGet, input, project);
    const left = await db.engine.maintain(
      `select count(*)::int as n from iris.metric_points where project_id = '${project.projectId}'`,
    );

    expect(rolled).toEqual({ rolledPoints: 3000, forgottenRows: 0 });
    expect(left).toEqual([{ n: 0 }]);
    expect([before.approximate, after.approximate]).toEqual([false, true]);
    expect(after.series).toHaveLength(2);
    for (const [i, { points }] of (after.series ?? []).entries()) {
      const exact = before.series?.[i]?.points[0] ?? {};
      for (const [name, value] of Object.entries(points[0] ?? {})) {
        const wanted = Reflect.get(exact, name);
        if (typeof value !== 'number') expect(value).toEqual(wanted);
        else
          expect(Math.abs(value / Number(wanted) - 1)).toBeLessThan(
            /^p\d/.test(name) && name !== 'p0' && name !== 'p100' ? 0.011 : 1e-9,
          );
      }
    }
  });

  test('answers the same from the rows of days and of hours', async () => {
    const project = newProject();
    await fill(project);
    await db.store(project.projectId).call('iris_metric_rollup', {});
    const window = { name: 'm', since: dayAgo(13), until: dayAgo(5), aggregations: ['count', 'sum', 'last'] };
    const daily = await db.call(metricsGet, { ...window, bucket: '1d' }, project);
    const hourly = await db.call(metricsGet, { ...window, bucket: '1h' }, project);

    const count = (answer: typeof daily): number =>
      (answer.series?.[0]?.points ?? []).reduce((sum, point) => sum + Number(point['count']), 0);
    expect(count(daily)).toBe(3000);
    expect(count(hourly)).toBe(3000);
    expect(daily.series?.[0]?.points).toHaveLength(4);
    expect(hourly.series?.[0]?.points.at(-1)?.['last']).toBe(daily.series?.[0]?.points.at(-1)?.['last']);
  });

  test('is joined with points that come late, and with those of this week', async () => {
    const project = newProject();
    await fill(project);
    await db.store(project.projectId).call('iris_metric_rollup', {});
    await db.call(
      metricRecord,
      {
        points: [
          { name: 'm', value: 1e6, tags: { k: 'a' }, timestamp: dayAgo(12) },
          { name: 'm', value: -5, tags: { k: 'a' } },
        ],
      },
      project,
    );
    const input = { name: 'm', since: '30d', bucket: null, quantiles: [0, 1] };
    const mixed = await db.call(metricsGet, input, project);
    await db.engine.maintain(
      `update iris.metric_points set received_at = now() - interval '2 h' where project_id = '${project.projectId}'`,
    );
    const rolled = await db.store(project.projectId).call('iris_metric_rollup', {});
    const merged = await db.call(metricsGet, input, project);

    expect(rolled).toMatchObject({ rolledPoints: 1 });
    for (const { series, approximate } of [mixed, merged]) {
      expect(approximate).toBe(true);
      expect(series).toMatchObject([
        { points: [{ count: 3002, min: -5, max: 1e6, p0: -5, p100: 1e6, last: -5 }] },
      ]);
    }
  });

  test('is rolled up by and by while others record', async () => {
    const project = newProject();
    await fill(project);
    await record(project, [1]);
    await record(project, [1]);

    const rows = await db.engine.maintain(
      `select count(distinct bucket)::int as n from iris.metric_rollups where project_id = '${project.projectId}' and width_s = 3600`,
    );
    expect(rows).toEqual([{ n: 2 }]);
  });

  test('takes buckets of an hour where smaller ones are asked for', async () => {
    const project = newProject();
    await fill(project);
    await db.store(project.projectId).call('iris_metric_rollup', {});
    const start = Date.parse(dayAgo(12));
    const input = {
      name: 'm',
      bucket: '1m',
      since: new Date(start).toISOString(),
      until: new Date(start + 3_600_000 * 2).toISOString(),
    };
    const { series } = await db.call(metricsGet, input, project);

    expect(series?.[0]?.points.map(({ widthSeconds }) => widthSeconds)).toEqual([3600, 3600]);
  });

  test('falls into the buckets that OpenTelemetry says', async () => {
    const given = [
      1,
      1.5,
      2,
      3,
      4,
      5,
      8,
      1000,
      0.1,
      2 ** 29,
      2 ** -29,
      2 ** (7 / 32),
      1e-290,
      1e299,
      -3,
      0,
      1e-305,
    ];
    const rows = await db.engine.maintain(
      `select v, (select key from iris.histogram(array[v])) as key from unnest(array[${given.join(',')}]::float8[]) with ordinality u (v, o) order by o`,
    );

    expect(rows.map(({ key }) => key)).toEqual(
      given.map((value) =>
        Math.abs(value) < 1e-300 ? 0 : Math.sign(value) * (100_000 + exponentialIndex(Math.abs(value), 5)),
      ),
    );
  });
});
