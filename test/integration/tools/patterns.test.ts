import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patternDiscovery, patternExplain, processMap } from '../../../src/contract/tools/patterns.ts';
import { openTestStore, type TestStore } from '../../support/test-store.ts';

const projectId = 'mined';
let db: TestStore;

/** Twelve sessions that search, ten of which fail; twenty-eight that do not, of which none does. */
beforeAll(async () => {
  db = await openTestStore();
  await db.call(patternDiscovery, { transactions: [['a']] }, { projectId });
  await db.engine.maintain(`
    insert into iris.projects (id) values ('${projectId}') on conflict do nothing;
    insert into iris.events (project_id, id, event, ts, session_id, agent_id, outcome, duration_ms, attributes)
    select '${projectId}', gen_random_uuid(), e.event, now() - make_interval(hours => s) + make_interval(secs => e.step),
        's' || lpad(s::text, 2, '0'), 'agent-' || s % 3,
        case when e.step = 3 then case when s <= 10 then 'failure' else 'success' end end, s * 10, e.attributes
      from generate_series(1, 40) s
      cross join lateral (values
        (1, 'plan', jsonb_build_object('user', 'u' || s)),
        (2, case when s <= 12 then 'search' else 'read' end,
          jsonb_build_object('gen_ai.tool.name', case when s <= 12 then 'search' else 'read' end)),
        (3, 'answer', '{}')) e (step, event, attributes)`);
});

afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
});

const find = (input: object = {}) => db.call(patternDiscovery, { minSupport: 0.1, ...input }, { projectId });

describe('pattern_discovery', () => {
  test('finds what goes with failure, how sure that is, and sessions to look at', async () => {
    const { patterns, meta } = await find({ target: 'outcome=failure', maxPatterns: 50 });

    const rule = patterns.find(({ antecedent }) => antecedent?.join() === 'tool=search');
    expect(meta).toMatchObject({ transactions: 40, partial: false, truncated: false, warnings: [] });
    expect(rule ?? patterns.map(({ antecedent }) => antecedent)).toMatchObject({
      count: 10,
      n: 40,
      confidence: expect.closeTo(10 / 12),
      lift: expect.closeTo(10 / 12 / 0.25),
      description: '10 of 12 cases with tool=search have outcome=failure (83%), against 25% overall',
      convictionInfinite: false,
    });
    expect(rule?.qValue).toBeLessThan(1e-5);
    expect(rule?.riskDifference?.low).toBeGreaterThan(0.4);
    expect(rule?.evidence).toHaveLength(5);
    expect(patterns.every(({ consequent }) => consequent?.join() === 'outcome=failure')).toBe(true);
  });

  test('gives the same ids in the same order each time', async () => {
    const input = { kinds: ['rule', 'itemset', 'sequence', 'seq_rule'], maxPatterns: 100 };
    const [one, other] = [await find(input), await find(input)];

    expect(one.patterns.length).toBeGreaterThan(10);
    expect(other.patterns).toEqual(one.patterns);
    expect(new Set(one.patterns.map(({ id }) => id)).size).toBe(one.patterns.length);
  });

  test('tells numbers by quarters and leaves out attributes with too many values', async () => {
    const { meta } = await find();

    expect(meta.bins['latency']).toEqual([100, 200, 300]);
    expect(meta.droppedAttributes).toEqual(['attr.user']);
  });

  test('never uses what is excluded', async () => {
    const { patterns } = await find({
      kinds: ['itemset'],
      exclude: ['agent=*', 'event=plan'],
      maxPatterns: 1000,
      condensed: 'all',
    });

    const items = patterns.flatMap((one) => one.items.flat());
    expect(items.filter((item) => item.startsWith('agent=') || item === 'event=plan')).toEqual([]);
    expect(items).toContain('event=answer');
  });

  test('finds sequences of events', async () => {
    const { patterns } = await find({ kinds: ['sequence'], minSupport: 0.25, maxPatterns: 100 });

    expect(patterns.map(({ items }) => items)).toContainEqual([
      ['event=plan'],
      ['event=search'],
      ['event=answer!failure'],
    ]);
  });

  test('mines cases that it is given, and warns of few', async () => {
    const { patterns, meta } = await db.call(patternDiscovery, {
      transactions: [['a', 'b'], ['a', 'b'], ['c']],
      minSupport: 0.5,
    });

    expect(patterns.map(({ antecedent, consequent }) => [antecedent, consequent])).toEqual(
      expect.arrayContaining([[['a'], ['b']]]),
    );
    expect(meta.warnings).toEqual(['Only 3 cases: patterns in so few say little.']);
  });

  test('says when there is nothing, and sees its own project alone', async () => {
    const { patterns, meta } = await db.call(patternDiscovery, {}, { projectId: 'empty' });

    expect(patterns).toEqual([]);
    expect(meta.warnings).toContain('There is nothing to mine: no events with a session in this time.');
  });

  test('keeps a run when it is asked to', async () => {
    const { meta } = await find({ save: true });

    const [row] = await db.engine.maintain(
      `select count(*)::int as count from iris.patterns where run_id = '${meta.runId}'`,
    );
    expect(row?.['count']).toBe(10);
  });
});

test('pattern_explain shows the table and sessions of both sides', async () => {
  const answer = await db.call(
    patternExplain,
    { antecedent: ['tool=search'], consequent: ['outcome=failure'], examples: 2 },
    { projectId },
  );

  expect(answer.table).toEqual({ both: 10, onlyIf: 2, onlyThen: 0, neither: 28 });
  expect(answer.counterExamples.map(({ id }) => id)).toEqual(['s11', 's12']);
  expect(answer.matching[0]).toMatchObject({
    id: 's01',
    timeline: [['event=plan'], ['event=search'], ['event=answer!failure']],
  });
});

test('process_map counts what follows what, and draws it', async () => {
  const map = await db.call(processMap, { format: 'mermaid' }, { projectId });

  expect(map.nodes[0]).toMatchObject({ event: 'answer', count: 40, ends: 40 });
  expect(map.edges).toContainEqual({ from: 'plan', to: 'search', count: 12, medianGapMs: 1000 });
  expect(map.variants).toEqual([
    { events: ['plan', 'read', 'answer'], count: 28 },
    { events: ['plan', 'search', 'answer'], count: 12 },
  ]);
  expect(map.text).toMatch(/^flowchart LR\n {2}n0\["answer \(40\)"\]/);
});
