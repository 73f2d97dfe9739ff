import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../../src/store/port/store.ts';
import { openTestStore, type TestStore } from '../../support/test-store.ts';

let db: TestStore;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

async function storeWithKey(projectId: string, scopes: readonly string[]): Promise<Store> {
  const key = `key-${projectId}-${scopes.join('-')}`;
  const hash = createHash('sha256').update(key).digest('hex');
  const input = JSON.stringify({ prefix: 'key', hash, scopes });
  await db.engine.maintain(`select public.iris_admin_create_key('${input}', '${projectId}')`);
  return db.storeOf({ type: 'key', key });
}

const groups = [
  {
    group: 'telemetry',
    write: 'iris_telemetry_log',
    input: { events: [{ event: 'e' }] },
    read: 'iris_telemetry_query',
    list: 'events',
  },
  {
    group: 'metrics',
    write: 'iris_metric_record',
    input: { points: [{ name: 'm', value: 1 }] },
    read: 'iris_metrics_get',
    list: 'cells',
  },
] as const;

describe.each(groups)('$group with an API key', ({ write, input, read, list }) => {
  test('is written with the scope "write" and seen by keys of the same project alone', async () => {
    const writer = await storeWithKey(`${list}-p1`, ['read', 'write']);
    const reader = await storeWithKey(`${list}-p1`, ['read']);
    const stranger = await storeWithKey(`${list}-p2`, ['read', 'write']);

    expect(await writer.call(write, input)).toMatchObject({ accepted: 1 });
    expect(await reader.call(read, {})).toMatchObject({ [list]: [{}] });
    expect(Reflect.get(Object(await stranger.call(read, {})), list)).toEqual([]);
    await expect(reader.call(write, input)).rejects.toMatchObject({ code: 'IRIS_FORBIDDEN' });
  });
});
