import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentRegister, agentStatusTool } from '../../../src/contract/tools/agents.ts';
import { openTestStore, type TestStore } from '../../support/test-store.ts';

let db: TestStore;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

describe('agents', () => {
  test('are created once and renewed afterwards, capabilities replaced and metadata merged', async () => {
    const first = await db.call(agentRegister, {
      agentId: 'a1',
      capabilities: ['x'],
      metadata: { p: 1, q: 2 },
    });
    const second = await db.call(agentRegister, {
      agentId: 'a1',
      capabilities: ['y'],
      metadata: { q: null, r: 3 },
    });

    expect(first).toMatchObject({ created: true, liveness: 'online', available: true, ttlSeconds: 300 });
    expect(second).toMatchObject({ created: false, capabilities: ['y'], metadata: { p: 1, r: 3 } });
    expect(second).not.toHaveProperty('metadata.q');
  });

  test.each([
    [30, 60, 'online'],
    [60, 60, 'online'],
    [61, 60, 'stale'],
    [180, 60, 'stale'],
    [181, 60, 'offline'],
  ])(
    '%i s after the last sign of life, with %i s to live, is %s',
    async (ageSeconds, ttlSeconds, liveness) => {
      await db.call(agentRegister, { agentId: 'clock', ttlSeconds });
      // Half a second is left for the call itself.
      await db.engine.maintain(
        `update iris.agents set last_seen_at = now() - interval '${ageSeconds - 0.5} s' where id = 'clock'`,
      );

      const { agents } = await db.call(agentStatusTool, { agentId: 'clock' });

      expect(agents[0]?.liveness).toBe(liveness);
    },
  );

  test('unknown ids are told as such, and projects do not see each other', async () => {
    await db.call(agentRegister, { agentId: 'mine' }, { projectId: 'p1' });

    const here = await db.call(agentStatusTool, { agentId: 'mine' }, { projectId: 'p2' });

    expect(here.agents).toEqual([expect.objectContaining({ registered: false, liveness: 'unknown' })]);
  });
});
