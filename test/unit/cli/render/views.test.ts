import { describe, expect, test } from 'vitest';
import { renderAgent } from '../../../../src/cli/render/agents.ts';
import { renderAgreement } from '../../../../src/cli/render/agreement.ts';
import { renderQuestion, type Question } from '../../../../src/cli/render/consensus.ts';
import { renderEventLine, renderEvents } from '../../../../src/cli/render/events.ts';
import { renderMetrics } from '../../../../src/cli/render/metrics.ts';
import { renderPatterns, type Pattern } from '../../../../src/cli/render/patterns.ts';
import { renderPromptDiff } from '../../../../src/cli/render/prompt-diff.ts';
import { renderPrompts } from '../../../../src/cli/render/prompts.ts';
import { pipe, terminal } from './screens.ts';

const rule: Pattern = {
  id: 'p1',
  kind: 'rule',
  items: ['a', 'b'],
  antecedent: ['a'],
  consequent: ['b'],
  count: 3,
  n: 5,
  support: 0.6,
  confidence: 0.75,
  lift: 1.25,
  qValue: 0.01,
  description: '',
  evidence: ['s1', 's2', 's3', 's4', 's5'],
  firstSeen: null,
  lastSeen: null,
};

const question: Question = {
  id: 'q',
  topic: 'Ship?',
  status: 'pending',
  outcome: null,
  final: false,
  reason: '1 voted, and 2 have to',
  provisional: 'no_quorum',
  tally: { approve: { votes: 1, weight: '1', share: 1 }, reject: { votes: 0, weight: '0', share: 0 } },
  participation: { voted: 1, eligible: null, share: null },
  quorum: { required: 2, met: false },
  agreement: null,
  closesAt: '2026-01-31T13:00:00Z',
  closedAt: null,
  method: { num: 2, den: 3 },
};

const event = {
  id: 'e',
  kind: 'span',
  event: 'tool.called',
  timestamp: '2026-01-31T11:59:00Z',
  attributes: { exitCode: 0, tool: 'bash' },
  outcome: 'failure',
  durationMs: 1234.5,
  sessionId: 's1',
  agentId: 'a1',
} as const;

describe('patterns', () => {
  test('read as rules, sets and sequences', () => {
    const shown = renderPatterns(
      [
        rule,
        { ...rule, kind: 'itemset', antecedent: undefined, consequent: undefined },
        {
          ...rule,
          kind: 'sequence',
          antecedent: undefined,
          consequent: undefined,
          items: [['a', 'b'], ['c']],
        },
        { ...rule, kind: 'seq_rule', antecedent: ['a', 'b'], consequent: ['c'] },
      ],
      pipe,
    );

    expect(
      shown
        .split('\n')
        .slice(1, 5)
        .map((line) => line.split(/ {2,}/)[0]),
    ).toEqual(['a → b', 'a + b', 'a + b › c', 'a › b → c']);
    expect(shown).toContain('s1, s2, s3 +2');
  });

  test('that are seldom chance stand out', () => {
    expect(renderPatterns([rule], terminal(200, 1))).toContain('\u001b[32m0.01\u001b[39m');
  });
});

describe('a question', () => {
  test('says what is missing to its decision', () => {
    expect(renderQuestion(question, pipe)).toMatch(/^missing +1 more to the quorum$/m);
    expect(
      renderQuestion({ ...question, final: true, closedAt: '2026-01-31T11:00:00Z' }, pipe),
    ).not.toContain('missing');
  });

  test('shows rules of its own, and when it closes', () => {
    const shown = renderQuestion(question, pipe);

    expect(shown).toMatch(/^method +\{"num":2,"den":3\}$/m);
    expect(shown).toMatch(/^closes +in 1h0s$/m);
  });

  test('has bars on a terminal, and none in a pipe', () => {
    expect(renderQuestion(question, terminal(100))).toContain('100%  ████');
    expect(renderQuestion(question, pipe)).not.toContain('█');
  });

  test('whose votes are secret shows none', () => {
    expect(renderQuestion({ ...question, tally: null }, pipe)).not.toContain('VOTES');
  });
});

describe('events', () => {
  test('show how long ago they were, how long they took and what is known of them', () => {
    expect(renderEvents([event], pipe).split('\n')[1]?.split(/ {2,}/)).toEqual([
      '1m0s',
      'tool.called',
      'failure',
      '1.234s',
      's1',
      'a1',
      'exitCode=0 tool=bash',
    ]);
  });

  test('as lines of a log keep to one line and to the terminal', () => {
    const [line, narrow] = [renderEventLine(event, pipe), renderEventLine(event, terminal(40))];

    expect(line).toBe('2026-01-31T11:59:00Z  tool.called  failure  1.234s  [s1 a1]  exitCode=0 tool=bash\n');
    expect(narrow).toBe('2026-01-31T11:59:00Z  tool.called  fail…\n');
  });
});

describe('metrics', () => {
  const labels = {};
  const base = { name: 'm', type: 'counter', unit: 's', labels } as const;
  const whole = {
    ...base,
    points: [{ start: '2026-01-31T00:00:00Z', widthSeconds: 86_400, count: 3, sum: 9 }],
  };
  const trend = {
    ...base,
    points: [
      { start: '2026-01-31T09:00:00Z', widthSeconds: 3600, sum: 1 },
      { start: '2026-01-31T11:00:00Z', widthSeconds: 3600, sum: 8 },
    ],
  };

  test('draw how they went, with gaps where there was nothing', () => {
    expect(renderMetrics([whole], [trend], terminal(200))).toMatch(/▁ █$/m);
  });

  test('are without a drawing in a pipe, and with dashes for what is not known', () => {
    expect(renderMetrics([whole], [], pipe).split('\n')[1]).toMatch(/^m +counter +s +3 +9( +-){7}$/);
  });
});

test('an agent is shown with what it said of itself, and without what it did not', () => {
  const shown = renderAgent(
    {
      agentId: 'a1',
      registered: true,
      liveness: 'online',
      status: 'busy',
      available: false,
      lastSeenAt: '2026-01-31T11:59:00Z',
      expiresAt: null,
      ageSeconds: 60,
      ttlSeconds: 300,
      capabilities: ['x', 'y'],
      load: 0.5,
      metadata: { team: 'core', size: 3 },
    },
    pipe,
  );

  expect(shown).toMatch(/^load +50%$/m);
  expect(shown).toMatch(/^metadata +team=core size=3$/m);
  expect(shown).not.toMatch(/^version/m);
});

test('the agreement of two sources is a table of the verdicts that there were', () => {
  const table = [
    { first: 'correct', second: 'correct', count: 4 },
    { first: 'correct', second: 'incorrect', count: 1 },
  ] as const;
  const answer = { pairs: 5, agreement: 0.8, kappa: null, spearman: null, kendall: null, table: [...table] };

  expect(renderAgreement(answer, { first: 'judge', second: 'human' }, pipe)).toBe(
    [
      'pairs           5',
      'same verdict    80%',
      "Cohen's kappa   -",
      "Spearman's rho  -",
      "Kendall's tau   -",
      '',
      'judge \\ human  correct  incorrect',
      'correct              4          1',
      'incorrect            0          0',
      '',
    ].join('\n'),
  );
});

describe('prompts', () => {
  const prompt = {
    name: 'review',
    version: 3,
    hash: '0123456789',
    type: 'text',
    format: 'mustache',
    variables: ['language'],
    tags: [],
    message: null,
    createdAt: '2026-01-31T10:00:00Z',
    createdBy: null,
    metadata: {},
  } as const;

  test('show where their labels point to', () => {
    const row = { ...prompt, variables: ['language'], tags: [], labels: { production: 2, staging: 3 } };
    expect(renderPrompts([row], pipe)).toContain(
      'review        3  production=2, staging=3  language   2h0s  -',
    );
  });

  test('differ in colours, but for a pipe', () => {
    const diff = '====\n--- a\n+++ b\n@@ -1,1 +1,1 @@\n-old\n+new\n';

    expect(renderPromptDiff({ diff, configDiff: '' }, pipe)).toBe(diff.slice(5));
    expect(renderPromptDiff({ diff, configDiff: '' }, terminal(80, 1))).toContain(
      '\u001b[31m-old\u001b[39m\n\u001b[32m+new\u001b[39m\n',
    );
  });
});
