import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metricList, metricRecord, metricsGet } from '../../../src/contract/tools/metrics.ts';
import { telemetryQuery } from '../../../src/contract/tools/telemetry.ts';
import { openTestStore, type TestStore } from '../../support/test-store.ts';

const ID = '018f0000-0000-7000-8000-000000000001';
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

describe('metric_record', () => {
  test('notes one value, and answers a replay of its id as such', async () => {
    const project = newProject();
    const first = await db.call(
      metricRecord,
      { name: 'm', value: 1, id: ID, tags: { ok: true, n: 1 } },
      project,
    );
    const second = await db.call(
      metricRecord,
      { name: 'm', value: 1, id: ID, tags: { n: 1, ok: true } },
      project,
    );

    expect(first).toMatchObject({ id: ID, duplicate: false, accepted: 1, warnings: [], rejected: [] });
    expect(second).toMatchObject({ duplicate: true, accepted: 0, duplicates: 1 });
    const { series } = await db.call(metricsGet, { name: 'm', groupBy: ['*'] }, project);
    expect(series).toMatchObject([
      { type: 'histogram', labels: { n: '1', ok: 'true' }, points: [{ count: 1 }] },
    ]);
  });

  test('is noted as an event that patterns can join', async () => {
    const project = newProject();
    await db.call(
      metricRecord,
      { name: 'm', value: 1 },
      { ...project, caller: { agentId: 'a', sessionId: 's' } },
    );

    const { events } = await db.call(telemetryQuery, { event: 'metric.recorded' }, project);
    expect(events).toMatchObject([
      { agentId: 'a', sessionId: 's', attributes: { metrics: ['m'], count: 1 } },
    ]);
  });

  test('keeps the type and unit of the first point', async () => {
    const project = newProject();
    await db.call(metricRecord, { name: 'm', value: 1, type: 'gauge' }, project);
    await db.call(metricRecord, { name: 'm', value: 1, unit: 'ms' }, project);

    for (const wrong of [{ type: 'counter' }, { unit: 's' }]) {
      await expect(db.call(metricRecord, { name: 'm', value: 1, ...wrong }, project)).rejects.toMatchObject({
        code: 'IRIS_CONFLICT',
      });
    }
    const { metrics } = await db.call(metricList, {}, project);
    expect(metrics).toMatchObject([{ name: 'm', type: 'gauge', unit: 'ms', labelSets: 1 }]);
  });

  test('takes the good points of a batch and tells which ones are bad', async () => {
    const project = newProject();
    const answer = await db.call(
      metricRecord,
      {
        points: [
          { name: 'jobs_total', value: 2 },
          { name: '9bad', value: 1 },
          { name: 'jobs_total', value: -1 },
          { name: 'jobs_total', value: 1, type: 'gauge' },
          { name: 'jobs_total', value: 3 },
        ],
      },
      project,
    );

    expect(answer).toMatchObject({ accepted: 2 });
    expect(answer.rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, 'IRIS_INVALID_ARGUMENT'],
      [2, 'IRIS_INVALID_ARGUMENT'],
      [3, 'IRIS_CONFLICT'],
    ]);
    const { series } = await db.call(metricsGet, { name: 'jobs_total', bucket: null }, project);
    expect(series).toMatchObject([{ type: 'counter', points: [{ sum: 5, count: 2 }] }]);
  });

  test('answers the same idempotencyKey once', async () => {
    const project = newProject();
    await db.call(metricRecord, { name: 'm', value: 1, idempotencyKey: 'k' }, project);
    const again = await db.call(metricRecord, { name: 'm', value: 1, idempotencyKey: 'k' }, project);

    expect(again.duplicate).toBe(true);
    await expect(
      db.call(metricRecord, { name: 'm', value: 2, idempotencyKey: 'k' }, project),
    ).rejects.toMatchObject({ code: 'IRIS_CONFLICT' });
    const { series } = await db.call(metricsGet, { bucket: null }, project);
    expect(series).toMatchObject([{ points: [{ count: 1 }] }]);
  });

  test('folds what is above 2000 sets of tags into one, and warns', async () => {
    const project = newProject();
    const batch = (from: number, count: number): Promise<{ warnings: string[] }> =>
      db.call(
        metricRecord,
        {
          points: Array.from({ length: count }, (_, i) => ({
            name: 'm',
            value: 1,
            tags: { user: from + i },
          })),
        },
        project,
      );
    for (const from of [0, 500, 1000, 1500]) expect((await batch(from, 500)).warnings).toEqual([]);
    const over = await batch(1995, 10);
    const known = await batch(0, 1);

    expect(over.warnings).toHaveLength(1);
    expect(known.warnings).toEqual([]);
    const { metrics } = await db.call(metricList, {}, project);
    expect(metrics[0]).toMatchObject({
      labelSets: 2001,
      hasOverflowed: true,
      labelNames: ['otel.metric.overflow', 'user'],
    });
    const { series } = await db.call(
      metricsGet,
      { bucket: null, groupBy: ['otel.metric.overflow'] },
      project,
    );
    expect(series?.map(({ labels, points }) => [labels, points[0]?.['count']])).toEqual([
      [{}, 2006],
      [{ 'otel.metric.overflow': 'true' }, 5],
    ]);
  }, 60_000);

  test.each([
    ['neither', {}],
    ['a name without a value', { name: 'm' }],
    ['NaN', { name: 'm', value: Number.NaN }],
    ['Infinity', { name: 'm', value: Number.POSITIVE_INFINITY }],
    ['a value that sums cannot hold', { name: 'm', value: 1.5e300 }],
    ['a bad name', { name: 'a b', value: 1 }],
    ['a counter that falls', { name: 'c_total', value: -1 }],
    [
      '21 tags',
      { name: 'm', value: 1, tags: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`t${i}`, '1'])) },
    ],
  ])('refuses %s', async (_, input) => {
    await expect(db.call(metricRecord, input, { projectId: 'bad' })).rejects.toMatchObject({
      code: 'IRIS_INVALID_ARGUMENT',
    });
  });
});

describe('metrics_get', () => {
  test.each([
    ['1 to 100', Array.from({ length: 100 }, (_, i) => i + 1), { p50: 50.5, p95: 95.05, p99: 99.01 }, []],
    ['two of PromQL', [0, 1], { p80: 0.8 }, [0.8]],
    ['three of PromQL', [0, 1, 2], { p80: 1.6 }, [0.8]],
    ['uneven ones of PromQL', [0, 1, 4], { p80: 2.8 }, [0.8]],
    [
      'the example of NIST 7.2.6.2',
      [
        95.1772, 95.1567, 95.1937, 95.1959, 95.1442, 95.061, 95.1591, 95.1195, 95.1065, 95.0925, 95.199,
        95.1682,
      ],
      { p90: 95.19568 },
      [0.9],
    ],
  ])('interpolates the percentiles of %s exactly', async (_, values, expected, quantiles) => {
    const project = newProject();
    await record(project, values);

    const { series, approximate } = await db.call(
      metricsGet,
      { name: 'm', bucket: null, quantiles },
      project,
    );

    expect(approximate).toBe(false);
    for (const [name, value] of Object.entries(expected))
      expect(series?.[0]?.points[0]?.[name]).toBeCloseTo(value, 9);
  });

  test('puts points into buckets that are aligned to UTC and half open, and leaves out empty ones', async () => {
    const project = newProject();
    const at = (timestamp: string, value: number): object => ({ name: 'm', value, timestamp });
    const today = new Date(Math.floor(Date.now() / DAY_MS - 1) * DAY_MS).toISOString().slice(0, 10);
    await db.call(
      metricRecord,
      {
        points: [
          at(`${today}T10:00:00Z`, 1),
          at(`${today}T10:59:59.999Z`, 3),
          at(`${today}T11:00:00Z`, 5),
          at(`${today}T13:30:00Z`, 7),
        ],
      },
      project,
    );

    const input = { name: 'm', bucket: '1h', since: `${today}T10:00:00Z`, until: `${today}T13:30:00Z` };
    const { series } = await db.call(metricsGet, input, project);

    expect(series?.[0]?.points).toMatchObject([
      {
        start: `${today}T10:00:00.000Z`,
        widthSeconds: 3600,
        count: 2,
        sum: 4,
        avg: 2,
        min: 1,
        max: 3,
        last: 3,
        rate: 2 / 3600,
      },
      { start: `${today}T11:00:00.000Z`, count: 1, last: 5 },
    ]);
    expect(series?.[0]?.points).toHaveLength(2);
  });

  test('filters and groups by tags, and returns only the figures that were asked for', async () => {
    const project = newProject();
    const point = (value: number, tags: object): object => ({ name: 'm', value, tags });
    await db.call(
      metricRecord,
      {
        points: [
          point(1, { tool: 'a', os: 'x' }),
          point(2, { tool: 'a', os: 'y' }),
          point(4, { tool: 'b', os: 'x' }),
          point(8, {}),
        ],
      },
      project,
    );
    const sums = async (input: object): Promise<unknown> =>
      (await db.call(metricsGet, { bucket: null, aggregations: ['sum'], ...input }, project)).series?.map(
        ({ labels, points }) => [labels, points[0]?.['sum']],
      );

    expect(await sums({})).toEqual([[{}, 15]]);
    expect(await sums({ groupBy: ['tool'] })).toEqual([
      [{}, 8],
      [{ tool: 'a' }, 3],
      [{ tool: 'b' }, 4],
    ]);
    expect(await sums({ tags: { os: 'x' } })).toEqual([[{}, 5]]);
    expect(await sums({ tags: { os: ['x', 'y'], tool: 'a' } })).toEqual([[{}, 3]]);
    const { series } = await db.call(metricsGet, { bucket: null, aggregations: ['p95', 'count'] }, project);
    expect(Object.keys(series?.[0]?.points[0] ?? {}).toSorted()).toEqual([
      'count',
      'p95',
      'start',
      'widthSeconds',
    ]);
  });

  test('compares with the window before', async () => {
    const project = newProject();
    const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
    await record(project, [10, 20], { timestamp: ago(1) });
    await record(project, [10, 10, 10, 10], { timestamp: ago(30) });
    await record(project, [1000], { timestamp: ago(60) });

    const { series } = await db.call(
      metricsGet,
      { name: 'm', compareTo: 'previous', aggregations: ['count', 'avg', 'min'] },
      project,
    );

    expect(series).toMatchObject([
      {
        current: { count: 2, avg: 15, min: 10 },
        previous: { count: 4, avg: 10, min: 10 },
        change: {
          count: { absolute: -2, ratio: -0.5 },
          avg: { absolute: 5, ratio: 0.5 },
          min: { absolute: 0, ratio: 0 },
        },
      },
    ]);
  });

  test('sees one project and no other', async () => {
    const [mine, other] = [newProject(), newProject()];
    await record(mine, [1]);

    expect((await db.call(metricsGet, {}, other)).series).toEqual([]);
    expect((await db.call(metricList, {}, other)).metrics).toEqual([]);
  });

  test('refuses a window that ends before it begins', async () => {
    await expect(db.call(metricsGet, { since: '1h', until: '2h' })).rejects.toMatchObject({
      code: 'IRIS_INVALID_ARGUMENT',
    });
  });

  test.each(['prometheus', 'openmetrics', 'otlp', 'csv'] as const)('comes out as %s', async (format) => {
    const project = newProject();
    await record(project, [1, 2, 3], { unit: 'ms', tags: { tool: 'a"b' } });

    const { text, contentType, series } = await db.call(metricsGet, { format }, project);

    expect({
      text: text?.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|(?<="[a-zA-Z]*UnixNano":")\d+/g, 'TIME'),
      contentType,
      series,
    }).toMatchSnapshot();
  });
});

describe('metric_list', () => {
  test('pages by name', async () => {
    const project = newProject();
    await db.call(
      metricRecord,
      { points: ['b', 'a', 'c'].map((name) => ({ name: `x.${name}`, value: 1 })) },
      project,
    );
    const first = await db.call(metricList, { prefix: 'x.', limit: 2 }, project);
    const second = await db.call(metricList, { prefix: 'x.', limit: 2, cursor: first.nextCursor }, project);

    expect(first.metrics.map(({ name }) => name)).toEqual(['x.a', 'x.b']);
    expect(second.metrics.map(({ name }) => name)).toEqual(['x.c']);
    expect(second.nextCursor).toBeNull();
  });
});
