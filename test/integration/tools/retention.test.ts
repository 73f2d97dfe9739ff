import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentRegister } from '../../../src/contract/tools/agents.ts';
import { dataExport } from '../../../src/contract/tools/data.ts';
import { metricRecord } from '../../../src/contract/tools/metrics.ts';
import { telemetryLog } from '../../../src/contract/tools/telemetry.ts';
import { pruneAll } from '../../../src/store/retention/prune-all.ts';
import { pruneStore } from '../../../src/store/retention/prune-store.ts';
import { openTestStore, type TestStore } from '../../support/test-store.ts';

let db: TestStore;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

const { signal } = new AbortController();
const prune = (projectId: string, options: { isDryRun?: boolean; eventDays?: number } = {}) =>
  pruneStore(db.store(projectId), { isDryRun: false, ...options }, signal);
const rowsOf = async (projectId: string, table: string): Promise<unknown[]> =>
  (await db.call(dataExport, { table, limit: 1000 }, { projectId })).rows ?? [];
const eventsOf = async (projectId: string): Promise<string[]> =>
  (await rowsOf(projectId, 'events'))
    .map((row) => (typeof row === 'object' && row !== null && 'event' in row ? String(row.event) : ''))
    .toSorted();

/** One event for each age in days, as if it had come then. */
async function logAged(projectId: string, ...ages: number[]): Promise<void> {
  for (const age of ages) {
    await db.call(telemetryLog, { event: `aged.${age}` }, { projectId });
    await db.engine.maintain(
      `update iris.events set ts = ts - interval '${age} d', received_at = received_at - interval '${age} d'
        where project_id = '${projectId}' and event = 'aged.${age}'`,
    );
  }
}

describe('what has grown old', () => {
  test('is only counted in a dry run', async () => {
    await logAged('counted', 29, 31, 400);

    const report = await prune('counted', { isDryRun: true, eventDays: 365 });

    expect(report).toMatchObject({ isDryRun: true, eventDays: 365, deleted: { events: 1, requests: 0 } });
    expect(await eventsOf('counted')).toHaveLength(3);
    expect(await prune('counted', { isDryRun: true })).toMatchObject({
      eventDays: 30,
      deleted: { events: 2 },
    });
  });

  test('goes: events after 30 days', async () => {
    await logAged('default', 0, 29, 31, 400);

    expect(await prune('default')).toMatchObject({ deleted: { events: 2 } });
    expect(await eventsOf('default')).toEqual(['aged.0', 'aged.29']);
    expect(await prune('default')).toMatchObject({ deleted: { events: 0 } });
  });

  test('stays as long as its project says, from then on', async () => {
    await logAged('patient', 31, 100, 366);

    await prune('patient', { eventDays: 365 });

    expect(await eventsOf('patient')).toEqual(['aged.100', 'aged.31']);
    expect(await prune('patient')).toMatchObject({ eventDays: 365, deleted: { events: 0 } });
    await prune('patient', { eventDays: 99 });
    expect(await eventsOf('patient')).toEqual(['aged.31']);
  });

  test('is what came long ago, not what tells of long ago', async () => {
    const timestamp = new Date(Date.now() - 90 * 86_400_000).toISOString();
    await db.call(telemetryLog, { event: 'imported', timestamp }, { projectId: 'history' });

    await prune('history');

    expect(await eventsOf('history')).toEqual(['imported']);
  });

  test('goes: the answer to an idempotencyKey after 7 days', async () => {
    const projectId = 'replayed';
    for (const idempotencyKey of ['old', 'young'])
      await db.call(telemetryLog, { event: 'x', idempotencyKey }, { projectId });
    await db.engine.maintain(
      "update iris.requests set created_at = now() - interval '8 d' where project_id = 'replayed' and key = 'old'",
    );

    expect(await prune(projectId)).toMatchObject({ deleted: { requests: 1 } });
    const left = await db.engine.maintain("select key from iris.requests where project_id = 'replayed'");
    expect(left).toEqual([{ key: 'young' }]);
  });

  test('is rolled up: points of metrics after 7 days; and their rows go after 395', async () => {
    const projectId = 'measured';
    for (let value = 1; value <= 3; value++) await db.call(metricRecord, { name: 'm', value }, { projectId });
    const moveTo = async (days: number): Promise<unknown> =>
      await db.engine.maintain(`update iris.metric_points set ts = now() - interval '${days} d',
        received_at = now() - interval '2 h' where project_id = '${projectId}' and value = 1`);
    await moveTo(8);

    const counted = await prune(projectId, { isDryRun: true });
    const rolled = await prune(projectId);
    const points = await rowsOf(projectId, 'metric_points');
    await db.engine.maintain(
      "update iris.metric_rollups set bucket = bucket - interval '395 d' where project_id = 'measured'",
    );
    const forgotten = await prune(projectId);

    expect([counted.rolled, rolled.rolled]).toEqual([{ metric_points: 1 }, { metric_points: 1 }]);
    expect(points).toHaveLength(2);
    expect(forgotten.deleted['metric_rollups']).toBe(2);
    expect(await rowsOf(projectId, 'metric_rollups')).toEqual([]);
  });

  test('is nothing else', async () => {
    const projectId = 'lasting';
    await db.call(agentRegister, { agentId: 'a' }, { projectId });
    await db.engine.maintain(
      "update iris.agents set registered_at = now() - interval '900 d', last_seen_at = now() - interval '900 d' where project_id = 'lasting'",
    );

    await prune(projectId);

    expect(await rowsOf(projectId, 'agents')).toHaveLength(1);
  });
});

test('the owner of the database prunes all projects, each by its own rule, in passes of bounded size', async () => {
  await db.engine.maintain('select iris.prune()');
  await logAged('one', 31, 32, 33);
  await logAged('two', 31, 400);
  await prune('two', { eventDays: 365 });
  await logAged('two', 401);

  const passes: number[] = [];
  do {
    passes.push(await pruneAll(db.engine.maintain, 2));
  } while (passes.at(-1) !== 0);

  expect(passes).toEqual([3, 1, 0]);
  expect(await eventsOf('one')).toEqual([]);
  expect(await eventsOf('two')).toEqual(['aged.31']);
});
