import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentRegister, agentStatusTool } from '../../../src/contract/tools/agents.ts';
import { telemetryLog, telemetryQuery, telemetryTrace } from '../../../src/contract/tools/telemetry.ts';
import { openTestStore, type TestStore } from '../../support/test-store.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const ID = '018f0000-0000-7000-8000-000000000001';

let db: TestStore;
let next = 0;
beforeAll(async () => {
  db = await openTestStore();
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

function newProject(): { readonly projectId: string } {
  next += 1;
  return { projectId: `p${next}` };
}

describe('telemetry_log', () => {
  test('notes one event, and answers a replay of its id as such', async () => {
    const project = newProject();
    const first = await db.call(telemetryLog, { event: 'a', id: ID, metadata: { n: 1 } }, project);
    const second = await db.call(telemetryLog, { event: 'a', id: ID, metadata: { n: 1 } }, project);
    const elsewhere = await db.call(telemetryLog, { event: 'a', id: ID }, newProject());

    expect(first).toMatchObject({ id: ID, duplicate: false, accepted: 1, duplicates: 0, rejected: [] });
    expect(second).toMatchObject({ id: ID, duplicate: true, accepted: 0, duplicates: 1 });
    expect(elsewhere).toMatchObject({ accepted: 1 });
    const { events } = await db.call(telemetryQuery, {}, project);
    expect(events).toEqual([
      { id: ID, kind: 'event', event: 'a', timestamp: expect.any(String), attributes: { n: 1 } },
    ]);
  });

  test('takes the good events of a batch and tells which ones are bad', async () => {
    const project = newProject();
    const answer = await db.call(
      telemetryLog,
      {
        events: [
          { event: 'good' },
          { event: '' },
          { event: 'x', traceId: 'zz' },
          { event: 'good', id: ID },
          { event: 'good', id: ID },
        ],
      },
      project,
    );

    expect(answer).toMatchObject({ accepted: 2, duplicates: 1, duplicate: false });
    expect(answer.rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, 'IRIS_INVALID_ARGUMENT'],
      [2, 'IRIS_INVALID_ARGUMENT'],
    ]);
  });

  test('answers the same idempotencyKey once, and refuses other content under it', async () => {
    const project = newProject();
    const first = await db.call(telemetryLog, { event: 'a', idempotencyKey: 'k' }, project);
    const second = await db.call(telemetryLog, { event: 'a', idempotencyKey: 'k' }, project);

    expect(second).toMatchObject({ duplicate: true, id: first.id });
    await expect(db.call(telemetryLog, { event: 'b', idempotencyKey: 'k' }, project)).rejects.toMatchObject({
      code: 'IRIS_CONFLICT',
    });
    expect((await db.call(telemetryQuery, {}, project)).events).toHaveLength(1);
  });

  test('sets what lies in the future to now, and keeps what was said', async () => {
    const project = newProject();
    const timestamp = new Date(Date.now() + 3_600_000).toISOString();
    const soon = new Date(Date.now() + 60_000).toISOString();
    const answer = await db.call(
      telemetryLog,
      {
        events: [
          { event: 'far', timestamp, durationMs: 5, kind: 'span' },
          { event: 'soon', timestamp: soon },
        ],
      },
      project,
    );
    const { events } = await db.call(telemetryQuery, { event: 'far' }, project);

    expect(answer.clamped).toBe(1);
    expect(Date.parse(events[0]?.timestamp ?? '')).toBeLessThan(Date.now() + 5000);
    expect(events[0]).toMatchObject({ durationMs: 5, attributes: { 'iris.original_timestamp': timestamp } });
  });

  test('stores no secret, not even one in a key with an odd case', async () => {
    const project = newProject();
    await db.call(
      telemetryLog,
      { event: 'http', metadata: { Headers: { 'X-Api-Key': 'abc' }, note: 'sk-abcdefghijklmnopqrstuv\0' } },
      project,
    );
    const rows = await db.engine.maintain(
      `select attributes from iris.events where project_id = '${project.projectId}'`,
    );

    expect(rows).toEqual([
      { attributes: { Headers: { 'X-Api-Key': '[REDACTED]' }, note: '[REDACTED]\uFFFD' } },
    ]);
  });

  test('takes a batch in which one text is not fit for a database', async () => {
    const project = newProject();
    const answer = await db.call(
      telemetryLog,
      { events: [{ event: 'a\0', sessionId: '\uD800' }, { event: 'b' }] },
      project,
    );

    expect(answer.accepted).toBe(2);
  });

  test('takes who calls as the default, and is a sign of life of that agent', async () => {
    const project = newProject();
    await db.call(agentRegister, { agentId: 'a1', ttlSeconds: 60 }, project);
    await db.engine.maintain(
      `update iris.agents set last_seen_at = now() - interval '90 s' where project_id = '${project.projectId}'`,
    );
    await db.call(
      telemetryLog,
      { event: 'x' },
      { ...project, caller: { agentId: 'a1', sessionId: 's1', traceId: TRACE } },
    );

    const { events } = await db.call(telemetryQuery, { event: 'x' }, project);
    const { agents } = await db.call(agentStatusTool, { agentId: 'a1' }, project);
    expect(events[0]).toMatchObject({ agentId: 'a1', sessionId: 's1', traceId: TRACE });
    expect(agents[0]?.liveness).toBe('online');
  });

  test.each([
    ['neither an event nor events', {}],
    ['both', { event: 'a', events: [{ event: 'b' }] }],
    ['too many', { events: Array.from({ length: 501 }, () => ({ event: 'x' })) }],
    ['a trace of zeros', { event: 'a', traceId: '0'.repeat(32) }],
    ['an unknown field', { event: 'a', colour: 'red' }],
    ['attributes that are too large', { event: 'a', metadata: { big: 'x'.repeat(70_000) } }],
  ])('refuses %s', async (_, input) => {
    await expect(db.call(telemetryLog, input)).rejects.toMatchObject({ code: 'IRIS_INVALID_ARGUMENT' });
  });
});

describe('telemetry_query', () => {
  test('pages through events of the same moment without losing or repeating one, both ways', async () => {
    const project = newProject();
    const timestamp = new Date(Date.now() - 1000).toISOString();
    await db.call(
      telemetryLog,
      { events: Array.from({ length: 25 }, (_, n) => ({ event: 'e', timestamp, metadata: { n } })) },
      project,
    );

    for (const order of ['asc', 'desc'] as const) {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: { events: { id: string }[]; nextCursor: string | null } = await db.call(
          telemetryQuery,
          { order, limit: 10, ...(cursor === null ? {} : { cursor }) },
          project,
        );
        seen.push(...page.events.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(new Set(seen).size).toBe(25);
      expect(seen).toHaveLength(25);
    }
  });

  test('filters by each field and by all together', async () => {
    const project = newProject();
    await db.call(
      telemetryLog,
      {
        events: [
          {
            event: 'tool.bash',
            agentId: 'a',
            sessionId: 's',
            outcome: 'failure',
            severity: 'error',
            metadata: { exit: { code: 1 } },
          },
          {
            event: 'tool.edit',
            agentId: 'a',
            sessionId: 't',
            outcome: 'success',
            metadata: { note: '100% _done_' },
          },
          { event: 'toolbox', agentId: 'b', traceId: TRACE, timestamp: '2020-01-01T00:00:00Z' },
        ],
      },
      project,
    );
    const find = async (input: object): Promise<readonly string[]> =>
      (await db.call(telemetryQuery, input, project)).events.map(({ event }) => event).toSorted();

    expect(await find({ event: 'tool.*' })).toEqual(['tool.bash', 'tool.edit']);
    expect(await find({ agentId: 'a', outcome: 'failure' })).toEqual(['tool.bash']);
    expect(await find({ sessionId: 't' })).toEqual(['tool.edit']);
    expect(await find({ minSeverity: 'warn' })).toEqual(['tool.bash']);
    expect(await find({ attributes: { exit: { code: 1 } } })).toEqual(['tool.bash']);
    expect(await find({ text: '100% _d' })).toEqual(['tool.edit']);
    expect(await find({ text: '%' })).toEqual(['tool.edit']);
    expect(await find({ traceId: TRACE })).toEqual([]);
    expect(await find({ traceId: TRACE, since: '2019-12-31T00:00:00Z' })).toEqual(['toolbox']);
    expect(await find({ since: '2019-12-31T00:00:00Z', until: '2020-01-02T00:00:00Z' })).toEqual(['toolbox']);
    expect(await find({ attributes: { x: "'; drop table iris.events; --" } })).toEqual([]);
  });

  test('refuses a cursor that is not its own', async () => {
    await expect(db.call(telemetryQuery, { cursor: 'bm9uc2Vuc2U=' })).rejects.toMatchObject({
      code: 'IRIS_INVALID_ARGUMENT',
    });
    await expect(db.call(telemetryQuery, { cursor: '%%%' })).rejects.toMatchObject({
      code: 'IRIS_INVALID_ARGUMENT',
    });
  });

  test('sees one project and no other', async () => {
    const [mine, other] = [newProject(), newProject()];
    await db.call(telemetryLog, { event: 'mine', traceId: TRACE }, mine);

    expect((await db.call(telemetryQuery, {}, other)).events).toEqual([]);
    await expect(db.call(telemetryTrace, { traceId: TRACE }, other)).rejects.toMatchObject({
      code: 'IRIS_NOT_FOUND',
    });
  });
});

describe('telemetry_trace', () => {
  test('shows a trace that was logged span by span', async () => {
    const project = newProject();
    const at = (ms: number): string => new Date(Date.now() - 10_000 + ms).toISOString();
    await db.call(
      telemetryLog,
      {
        events: [
          {
            event: 'agent',
            kind: 'span',
            traceId: TRACE,
            spanId: '00000000000000a1',
            timestamp: at(0),
            durationMs: 100,
          },
          {
            event: 'chat',
            kind: 'span',
            traceId: TRACE,
            spanId: '00000000000000a2',
            parentSpanId: '00000000000000a1',
            timestamp: at(10),
            durationMs: 60.5,
            metadata: { model_name: 'm', prompt_tokens: 7, completion_tokens: 3, cost_usd: 0.25 },
          },
          { event: 'note', traceId: TRACE, parentSpanId: '00000000000000a2', timestamp: at(20) },
        ],
      },
      project,
    );

    const trace = await db.call(telemetryTrace, { traceId: TRACE }, project);

    expect(trace).toMatchObject({
      spanCount: 2,
      eventCount: 1,
      truncated: false,
      usage: { inputTokens: 7, outputTokens: 3, costUsd: 0.25, byModel: { m: { inputTokens: 7 } } },
    });
    expect(trace.roots).toMatchObject([
      {
        event: 'agent',
        isOrphan: false,
        children: [{ event: 'chat', durationMs: 60.5, events: [{ event: 'note' }] }],
      },
    ]);
    expect(trace.criticalPath.map(({ event }) => event)).toEqual(['agent', 'chat']);
  });
});
