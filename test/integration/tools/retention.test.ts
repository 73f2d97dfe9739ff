import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentRegister } from '../../../src/contract/tools/agents.ts';
import { metricRecord } from '../../../src/contract/tools/metrics.ts';
import { telemetryLog, telemetryQuery } from '../../../src/contract/tools/telemetry.ts';
import { openTestStore, type TestStore } from '../../support/test-store.ts';

let db: TestStore;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

const prune = async (input: object): Promise<unknown> => {
  const [row] = await db.engine.maintain(
    `select public.iris_admin_prune('${JSON.stringify(input)}') as answer`,
  );
  return row?.['answer'];
};

test('what is old is counted first, and forgotten when it is meant', async () => {
  const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
  await db.call(telemetryLog, { event: 'old', timestamp: daysAgo(31) });
  await db.call(telemetryLog, { event: 'young', timestamp: daysAgo(29) });
  await db.call(metricRecord, { name: 'm', value: 1, timestamp: daysAgo(8) });
  await db.call(agentRegister, { agentId: 'a' });
  await db.engine.maintain(
    `insert into iris.requests (project_id, key, operation, content_hash, response, created_at)
     values ('test', 'k', 'o', '', '{}', now() - interval '8 d')`,
  );

  expect(await prune({})).toMatchObject({ dryRun: true, events: 1, requests: 1 });
  expect(await prune({})).toMatchObject({ events: 1 });
  expect(await prune({ dryRun: false })).toMatchObject({ dryRun: false, events: 1, requests: 1 });
  expect(await prune({})).toMatchObject({ events: 0, requests: 0 });

  const { events } = await db.call(telemetryQuery, { since: '1000d', limit: 100 });
  const names = events.map(({ event }) => event);
  expect(names).toContain('young');
  expect(names).not.toContain('old');
});

test('no caller of tools may forget for all', async () => {
  await expect(db.store().call('iris_admin_prune', { dryRun: false })).rejects.toMatchObject({
    code: expect.stringMatching(/IRIS_/),
  });
});
