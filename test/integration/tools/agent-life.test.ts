import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  agentDeregister,
  agentFind,
  agentHeartbeat,
  agentRegister,
  agentStatusTool,
} from '../../../src/contract/tools/agents.ts';
import { consensusClose, consensusOpen, consensusVote } from '../../../src/contract/tools/consensus.ts';
import { telemetryLog } from '../../../src/contract/tools/telemetry.ts';
import { problemsOfCard } from '../../support/agent-card-schema.ts';
import { openTestStore, type TestStore } from '../../support/test-store.ts';

let db: TestStore;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

describe('a heartbeat', () => {
  test('says what the agent does, and keeps what it leaves out', async () => {
    await db.call(agentRegister, { agentId: 'h1' });

    await db.call(agentHeartbeat, { agentId: 'h1', status: 'busy', currentTask: 'review', load: 0.5 });
    const later = await db.call(agentHeartbeat, { agentId: 'h1', message: 'fine', currentTask: null });

    expect(later).toMatchObject({
      applied: true,
      status: 'busy',
      load: 0.5,
      message: 'fine',
      currentTask: null,
    });
    expect(later.available).toBe(false);
  });

  test('that is overtaken by a later one changes nothing', async () => {
    await db.call(agentRegister, { agentId: 'h2' });
    await db.call(agentHeartbeat, { agentId: 'h2', seq: 5, status: 'busy' });
    await db.engine.maintain(`update iris.agents set last_seen_at = now() - interval '1 h' where id = 'h2'`);

    const late = await db.call(agentHeartbeat, { agentId: 'h2', seq: 4, status: 'idle' });

    expect(late).toMatchObject({ applied: false, status: 'busy', liveness: 'offline' });
    expect(await db.call(agentHeartbeat, { agentId: 'h2', seq: 6 })).toMatchObject({ liveness: 'online' });
  });

  test('counts anew after the agent has started anew', async () => {
    await db.call(agentRegister, { agentId: 'h4' });
    await db.call(agentHeartbeat, { agentId: 'h4', seq: 5, status: 'busy' });
    await db.call(agentRegister, { agentId: 'h4' });

    const first = await db.call(agentHeartbeat, { agentId: 'h4', seq: 1, status: 'idle' });

    expect(first).toMatchObject({ applied: true, status: 'idle' });
  });

  test('of nobody is told what to do', async () => {
    await expect(db.call(agentHeartbeat, { agentId: 'nobody' })).rejects.toMatchObject({
      code: 'IRIS_NOT_FOUND',
      hint: expect.stringContaining('agent_register'),
    });
  });

  test('needs the token of an agent that has one, and so does its leaving', async () => {
    const { token } = await db.call(agentRegister, { agentId: 'h3', issueToken: true });

    await expect(db.call(agentHeartbeat, { agentId: 'h3' })).rejects.toMatchObject({
      code: 'IRIS_FORBIDDEN',
    });
    await expect(db.call(agentDeregister, { agentId: 'h3' })).rejects.toMatchObject({
      code: 'IRIS_FORBIDDEN',
    });
    expect(await db.call(agentHeartbeat, { agentId: 'h3', token })).toMatchObject({ applied: true });
    expect(await db.call(agentDeregister, { agentId: 'h3', token })).toMatchObject({ deregistered: true });
  });
});

describe('registering again', () => {
  test('keeps what it leaves out, and names each capability once', async () => {
    await db.call(agentRegister, {
      agentId: 'k1',
      ttlSeconds: 60,
      version: '1',
      capabilities: ['b', 'a', 'b'],
    });
    const again = await db.call(agentRegister, { agentId: 'k1' });

    expect(again).toMatchObject({ created: false, ttlSeconds: 60, version: '1', capabilities: ['b', 'a'] });
  });

  test('with the same idempotencyKey is answered as before, but for a token', async () => {
    const input = { agentId: 'k2', idempotencyKey: 'k2' };
    const [first, second] = [await db.call(agentRegister, input), await db.call(agentRegister, input)];

    expect([first.created, second.created]).toEqual([true, true]);
    expect([first['duplicate'], second['duplicate']]).toEqual([false, true]);
    await expect(db.call(agentRegister, { ...input, issueToken: true })).rejects.toMatchObject({
      code: 'IRIS_CONFLICT',
    });
  });
});

describe('finding agents', () => {
  test('takes those that can do everything, the free and least busy first', async () => {
    const project = { projectId: 'find' };
    const agents = [
      ['busy', ['a', 'b'], 'busy', 0.1],
      ['loaded', ['a', 'b'], 'idle', 0.9],
      ['free', ['a', 'b', 'c'], 'idle', 0.2],
      ['other', ['a'], 'idle', 0],
    ] as const;
    for (const [agentId, capabilities, status, load] of agents) {
      await db.call(agentRegister, { agentId, capabilities: [...capabilities] }, project);
      await db.call(agentHeartbeat, { agentId, status, load }, project);
    }

    const ids = async (input: object): Promise<string[]> =>
      (await db.call(agentFind, input, project)).agents.map(({ agentId }) => agentId);

    expect(await ids({ capabilities: ['b', 'a'] })).toEqual(['free', 'loaded', 'busy']);
    expect(await ids({ capabilities: ['a'], status: 'idle', limit: 2 })).toEqual(['other', 'free']);
    expect(await ids({ liveness: ['offline'] })).toEqual([]);
    expect(await ids({ capabilities: ['z'] })).toEqual([]);
  });

  test('leaves out who has been away for 30 days, who is answered for by its id', async () => {
    const project = { projectId: 'away' };
    await db.call(agentRegister, { agentId: 'gone' }, project);
    await db.engine.maintain(
      `update iris.agents set last_seen_at = now() - interval '31 d' where project_id = 'away'`,
    );

    expect((await db.call(agentFind, {}, project)).agents).toEqual([]);
    expect((await db.call(agentStatusTool, {}, project)).agents).toEqual([]);
    expect((await db.call(agentStatusTool, { agentId: 'gone' }, project)).agents[0]).toMatchObject({
      registered: true,
      liveness: 'offline',
    });
  });
});

describe('the record of an agent', () => {
  test('counts its events, its failures and its votes, and how often it was right', async () => {
    const project = { projectId: 'record' };
    await db.call(agentRegister, { agentId: 'r1' }, project);
    for (const outcome of ['success', 'success', 'success', 'failure'] as const)
      await db.call(telemetryLog, { event: 'work', agentId: 'r1', outcome }, project);
    for (const [id, decision, actual] of [
      ['q1', 'approve', 'approve'],
      ['q2', 'approve', 'reject'],
    ] as const) {
      await db.call(consensusOpen, { id, topic: id }, project);
      await db.call(consensusVote, { consensusId: id, agentId: 'r1', decision }, project);
      await db.call(consensusClose, { consensusId: id, actual }, project);
    }

    const { agents } = await db.call(agentStatusTool, { agentId: 'r1' }, project);

    expect(agents[0]?.stats).toMatchObject({
      votes: 2,
      voteAccuracy: 0.5,
      errorRate24h: 0.25,
      evaluations: 0,
    });
    expect(agents[0]?.stats?.events24h).toBeGreaterThanOrEqual(4);
  });
});

test('what was decided shows in the record of a voter, registered or not', async () => {
  const project = { projectId: 'decided' };
  // Agrees, differs, abstains, and is not decided yet.
  for (const [id, decision] of Object.entries({
    q1: 'approve',
    q2: 'reject',
    q3: 'abstain',
    q4: 'approve',
  })) {
    await db.call(consensusOpen, { id, topic: id, eligible: ['v', 'w', 'x'] }, project);
    await db.call(consensusVote, { consensusId: id, agentId: 'v', decision }, project);
    if (id === 'q4') continue;
    for (const agentId of ['w', 'x'])
      await db.call(consensusVote, { consensusId: id, agentId, decision: 'approve' }, project);
  }

  const { agents } = await db.call(agentStatusTool, { agentId: 'v' }, project);

  expect(agents[0]).toMatchObject({ registered: false, liveness: 'unknown' });
  expect(agents[0]?.stats).toMatchObject({ votes: 4, votesDecided: 2, voteAgreement: 0.5 });
  expect(agents[0]?.stats).toMatchObject({ votesJudged: 0, voteAccuracy: null });
});

describe('what an agent tells of itself', () => {
  test('null takes a key of its metadata away, and nothing inside of one', async () => {
    await db.call(agentRegister, { agentId: 'm1', metadata: { a: { inner: null, x: 1 }, b: 1 } });
    const { metadata } = await db.call(agentRegister, { agentId: 'm1', metadata: { b: null } });

    expect(metadata).toEqual({ a: { inner: null, x: 1 } });
  });

  const card = {
    name: 'GeoSpatial Route Planner Agent',
    description: 'Plans routes.',
    version: '1.2.0',
    supportedInterfaces: [
      { url: 'https://example.com/a2a/v1', protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
    ],
    capabilities: { streaming: true, pushNotifications: true, stateTransitionHistory: false },
    defaultInputModes: ['application/json', 'text/plain'],
    defaultOutputModes: ['application/json'],
    skills: [
      { id: 'route', name: 'Route', description: 'Finds a way.', tags: ['maps'], examples: ['a to b'] },
    ],
  };

  test('its card comes back as it was given', async () => {
    await db.call(agentRegister, { agentId: 'c1', card });

    const { agents } = await db.call(agentStatusTool, { agentId: 'c1', card: true });

    expect(agents[0]?.card).toEqual(card);
    expect(problemsOfCard(card)).toEqual([]);
  });

  test('a card is made from what is registered where none was given', async () => {
    const skill = { id: 'review', name: 'Review', description: 'Reads code.', tags: ['code'] };
    await db.call(agentRegister, { agentId: 'c2', version: '3', capabilities: [skill, 'plan'] });

    const { agents } = await db.call(agentStatusTool, { agentId: 'c2', card: true });

    expect(problemsOfCard(agents[0]?.card)).toEqual([]);
    expect(agents[0]?.card).toMatchObject({
      name: 'c2',
      version: '3',
      skills: [skill, { id: 'plan', name: 'plan', tags: [] }],
    });
  });

  test('a card without skills is refused', async () => {
    const { skills: _skills, ...incomplete } = card;

    expect(problemsOfCard(incomplete)).toHaveLength(1);
    await expect(
      db.call(agentRegister, { agentId: 'c3', card: incomplete as unknown as typeof card }),
    ).rejects.toMatchObject({
      code: 'IRIS_INVALID_ARGUMENT',
      message: expect.stringContaining('card.skills'),
    });
  });
});
