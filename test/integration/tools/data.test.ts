import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentRegister, agentStatusTool } from '../../../src/contract/tools/agents.ts';
import { dataDelete, dataExport } from '../../../src/contract/tools/data.ts';
import { openTestStore, type TestStore } from '../../support/test-store.ts';

let db: TestStore;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

/** Every row of a project, table by table, as `iris db export` reads it. */
async function exportAll(projectId: string, limit: number): Promise<Map<string, object[]>> {
  const found = new Map<string, object[]>();
  const { tables = [] } = await db.call(dataExport, {}, { projectId });
  for (const table of tables) {
    const rows: object[] = [];
    let cursor: string | undefined;
    do {
      const page = await db.call(dataExport, { table, limit, ...(cursor && { cursor }) }, { projectId });
      rows.push(...(page.rows ?? []));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    found.set(table, rows);
  }
  return found;
}

describe('the data of a project', () => {
  test('moves to another project whole, and twice changes nothing', async () => {
    for (let number = 0; number < 7; number++)
      await db.call(agentRegister, { agentId: `ä"${number}`, metadata: { number } }, { projectId: 'from' });

    const all = await exportAll('from', 3);
    for (let round = 0; round < 2; round++)
      for (const [table, rows] of all) await db.store('to').call('iris_data_import', { table, rows });

    expect(all.get('agents')).toHaveLength(7);
    expect(all.get('events')).toHaveLength(7);
    expect(await exportAll('to', 1000)).toEqual(all);
  });

  test('has its tables in the order in which they refer to each other', async () => {
    const { tables = [] } = await db.call(dataExport, {});

    expect(tables).toEqual(expect.arrayContaining(['agents', 'events']));
    expect(tables).not.toContain('api_keys');
  });

  test('is only counted by default, and only of this project', async () => {
    await db.call(agentRegister, { agentId: 'a' }, { projectId: 'mine' });
    await db.call(agentRegister, { agentId: 'a' }, { projectId: 'theirs' });

    const counted = await db.call(dataDelete, { tables: ['agents'] }, { projectId: 'mine' });
    const before = await db.call(agentStatusTool, {}, { projectId: 'mine' });
    const deleted = await db.call(dataDelete, { tables: ['agents'], dryRun: false }, { projectId: 'mine' });

    expect(counted).toMatchObject({ dryRun: true, deleted: { agents: 1 }, total: 1 });
    expect(before.agents).toHaveLength(1);
    expect(deleted).toMatchObject({ dryRun: false, total: 1 });
    expect((await db.call(agentStatusTool, {}, { projectId: 'mine' })).agents).toEqual([]);
    expect((await db.call(agentStatusTool, {}, { projectId: 'theirs' })).agents).toHaveLength(1);
  });

  test('is deleted by age and by session', async () => {
    const projectId = 'aged';
    await db.call(agentRegister, { agentId: 'a' }, { projectId });
    await db.engine.maintain(
      "update iris.events set ts = now() - interval '40 days', session_id = 's1' where project_id = 'aged'",
    );

    const young = await db.call(dataDelete, { before: '60d', tables: ['events'] }, { projectId });
    const old = await db.call(dataDelete, { before: '30d', tables: ['events'] }, { projectId });
    const session = await db.call(dataDelete, { sessionId: 's1', dryRun: false }, { projectId });

    expect([young.total, old.total]).toEqual([0, 1]);
    expect(session.deleted).toMatchObject({ events: 1 });
  });

  test.each([
    [{}, /Nothing says what to delete/],
    [{ tables: ['api_keys'] }, /no table "api_keys"/],
    [{ tables: ['x"; drop table iris.agents; --'] }, /no table/],
  ])('is not deleted by %j', async (input, message) => {
    await expect(db.call(dataDelete, input)).rejects.toMatchObject({
      code: 'IRIS_INVALID_ARGUMENT',
      message: expect.stringMatching(message),
    });
  });
});
