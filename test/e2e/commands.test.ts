import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../support/workspace.ts';
import { until } from '../support/until.ts';

const TRACES = resolve('test/fixtures/otlp/trace.json');

interface Shown {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
  await space.write({ 'package.json': '{}', 'review.md': 'Review this {{language}} code.\n' });
  const failures = ['s1', 's2', 's3'].map((sessionId) => ({
    event: 'tool.called',
    sessionId,
    outcome: 'failure',
    metadata: { 'gen_ai.tool.name': 'search' },
  }));
  const successes = ['s4', 's5'].map((sessionId) => ({ event: 'done', sessionId, outcome: 'success' }));
  await fill('telemetry_log', { events: [...failures, ...successes] });
  await Promise.all([
    fill('agent_register', { agentId: 'reviewer-1', capabilities: ['review'] }),
    fill('metric_record', {
      points: [12, 15].map((value) => ({ name: 'tool.duration', value, tags: { tool: `t${value}` } })),
    }),
    (async () => {
      await fill('consensus_open', { id: 'ship-v2', topic: 'Ship it?', eligible: ['alice', 'bob', 'carol'] });
      await fill('consensus_vote', { consensusId: 'ship-v2', agentId: 'alice', decision: 'approve' });
    })(),
    (async () => {
      await fill('lineage_track', { name: 'read', input: { a: 1 }, output: { b: 2 } });
      await fill('lineage_track', { name: 'write', input: { b: 2 }, output: { c: 3 } });
    })(),
  ]);
});
afterAll(async () => {
  await space?.[Symbol.asyncDispose]();
});

async function fill(tool: string, input: object): Promise<void> {
  const { exitCode, stderr } = await show('tools', 'call', tool, '-i', JSON.stringify(input));
  expect([exitCode, stderr]).toEqual([0, '']);
}

async function show(...words: string[]): Promise<Shown> {
  const { stdout, stderr, exitCode } = await space.iris(words);
  return { stdout: String(stdout), stderr: String(stderr), exitCode };
}

/** A table without what differs from run to run: how wide its columns are. */
function cellsOf({ stdout }: Shown): string[][] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/));
}

describe.concurrent('a table that goes into a pipe', () => {
  test.each([
    [
      ['patterns', '--target', 'outcome=failure', '-n', '1'],
      ['tool=search → outcome=failure', '3/5', '60%', '100%', '1.667', '0.1', 's3, s2, s1'],
    ],
    [
      ['metrics', 'tool.*'],
      ['tool.duration', 'histogram', '-', '2', '27', '13.5', '12', '13.5', '14.85', '14.97', '15', '15'],
    ],
    [
      ['metrics', 'tool.duration', '--by', 'tool'],
      ['tool.duration', 'tool=t12', 'histogram', '-', '1', ...Array.from({ length: 8 }, () => '12')],
    ],
    [
      ['consensus', 'ls'],
      ['ship-v2', 'pending', '-', '1', expect.any(String), '-', 'Ship it?'],
    ],
    [['agents'], ['reviewer-1', 'online', 'idle', expect.any(String), 'review', '-']],
    [
      ['events', 'tool.*', '--session', 's1'],
      [expect.any(String), 'tool.called', 'failure', '-', 's1', '-', 'gen_ai.tool.name=search'],
    ],
  ])('has a line for each of iris %j, without colours', async (words, cells) => {
    const shown = await show(...words);

    expect(shown.exitCode).toBe(0);
    expect(cellsOf(shown)[1]).toEqual(cells);
    expect(shown.stdout).not.toContain('\u001b');
  });
});

describe.concurrent('one thing', () => {
  test('is a vote with what is missing to its decision', async () => {
    const { stdout } = await show('consensus', 'show', 'ship-v2');

    expect(stdout).toContain(
      'missing          2 who have not voted; its end: iris tools call consensus_close',
    );
    expect(stdout).toMatch(/^approve +1 +1 +100%$/m);
    expect(stdout).toMatch(/^alice +approve/m);
  });

  test('is a lineage as a tree of both directions, or in another format', async () => {
    const [tree, mermaid] = [
      await show('lineage', 'write'),
      await show('lineage', 'write', '--format', 'mermaid'),
    ];

    expect(tree.stdout.replaceAll(/ {2}[ae]:\S+/g, '')).toBe(
      'write\ncame from\n└─ used output {"b":2}\n   └─ made by read\n      └─ used input {"a":1}\nled to\n└─ made output {"c":3}\n',
    );
    expect(mermaid.stdout).toMatch(/^flowchart LR\n/);
  });

  test('is what is known of an agent', async () => {
    expect((await show('agents', 'reviewer-1')).stdout).toMatch(/^capabilities +review$/m);
  });

  test('is metrics as Prometheus reads them', async () => {
    expect((await show('metrics', '--format', 'prometheus')).stdout).toContain(
      'tool_duration_count{tool="t12"} 1\n',
    );
  });
});

describe('iris prompts', () => {
  test('keeps a file in versions and gives it back byte for byte', async () => {
    const saved = await show('prompts', 'save', 'review', 'review.md', '--label', 'production');
    const same = await show('prompts', 'save', 'review', 'review.md');
    const piped = await space.iris(['prompts', 'save', 'review', '-m', 'shorter'], {
      stdin: 'pipe',
      input: 'Review.',
    });

    expect([saved.stdout, same.stdout, piped.stdout]).toEqual([
      'saved review@1\n',
      'review@1 is the same: nothing to save\n',
      'saved review@2\n',
    ]);
    expect((await show('prompts', 'get', 'review')).stdout).toBe('Review this {{language}} code.\n');
    expect((await show('prompts', 'get', 'review@2')).stdout).toBe('Review.');
    expect((await show('prompts', 'get', 'review@production', '--var', 'language=Go')).stdout).toBe(
      'Review this Go code.\n',
    );
    expect((await show('prompts', 'diff', 'review', '1', 'latest')).stdout).toContain(
      '\n-Review this {{language}} code.\n+Review.\n',
    );
    expect((await show('prompts', 'label', 'review@latest', 'production')).stdout).toBe(
      'review: production points to version 2 (was 1)\n',
    );
    expect(
      cellsOf(await show('prompts', 'ls', 'review')).map(([version, labels]) => [version, labels]),
    ).toEqual([
      ['VERSION', 'LABELS'],
      ['2', 'latest, production'],
      ['1', '-'],
    ]);
  });

  test('keeps a conversation', async () => {
    const chat = JSON.stringify([{ role: 'system', content: 'Be {{mood}}.' }]);
    await space.iris(['prompts', 'save', 'talk', '--chat'], { stdin: 'pipe', input: chat });

    const { stdout } = await show('prompts', 'get', 'talk', '--var', 'mood=kind');
    expect(JSON.parse(stdout)).toEqual([{ role: 'system', content: 'Be kind.' }]);
  });
});

describe('iris telemetry', () => {
  test('takes what OpenTelemetry wrote, once, and gives it back', async () => {
    const [first, again] = [
      await show('telemetry', 'import', TRACES, '--json'),
      await show('telemetry', 'import', TRACES, '--json'),
    ];
    const file = join(space.dir, 'out.ndjson');
    await show('telemetry', 'export', file, '--trace', '5b8efff798038103d269b633813fc60c');

    expect(JSON.parse(first.stdout)).toEqual({ accepted: 1, duplicates: 0, rejected: 0 });
    expect(JSON.parse(again.stdout)).toEqual({ accepted: 0, duplicates: 1, rejected: 0 });
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      resourceSpans: [{ scopeSpans: [{ spans: [{ spanId: 'eee19b7ec3c1b174' }] }] }],
    });
  });
});

describe('a list', () => {
  test('says that it goes on, and does with --all', async () => {
    const [few, all] = [await show('events', '-n', '2', '--json'), await show('events', '--all', '--json')];

    expect(JSON.parse(few.stdout)).toHaveLength(2);
    expect(few.stderr).toBe(
      'iris: these are the first 2; there are more\n  See them with --limit or --all.\n',
    );
    expect(JSON.parse(all.stdout).length).toBeGreaterThan(5);
    expect(all.stderr).toBe('');
  });

  test('that is empty says what to do next', async () => {
    const shown = await show('events', '--session', 'nobody');

    expect([shown.exitCode, shown.stdout]).toEqual([0, '']);
    expect(shown.stderr).toMatch(/^iris: no such events since 24h\n {2}Look further back/);
  });

  test('ends quietly when nobody reads it any more', async () => {
    const follower = space.iris(['events', '--follow', '--since', '1h', '--json']);
    await once(follower.stdout ?? expect.unreachable(), 'data');
    follower.stdout?.destroy();
    // Only what is written after the reader left can tell that it left.
    await fill('telemetry_log', { event: 'after.the.reader.left' });

    const { exitCode, stderr } = await follower;
    expect([exitCode, stderr]).toEqual([141, '']);
  });

  test('that follows prints what comes in until Ctrl-C', async () => {
    const follower = space.iris(['events', '--follow', '--since', '1h', 'live.*']);
    let printed = '';
    follower.stdout?.on('data', (chunk) => (printed += String(chunk)));
    await fill('telemetry_log', { event: 'live.one', sessionId: 's9' });
    await until('the event that came in', () => printed.includes('live.one  [s9]'));
    follower.kill('SIGINT');

    const { signal, stderr } = await follower;
    expect([signal, stderr]).toEqual(['SIGINT', '']);
  });
});

test.concurrent.each([
  [['prompts', 'get', 'reviev'], 66, 'There is no prompt "reviev"\n  Did you mean review?'],
  [['consensus', 'show', 'ship-v3'], 66, 'There is no consensus "ship-v3"\n  Did you mean ship-v2?'],
  [['agents', 'reviewer-2'], 66, 'There is no agent "reviewer-2"\n  Did you mean reviewer-1?'],
  [['metrics', 'tool.duratoin'], 66, 'There is no metric "tool.duratoin"\n  Did you mean tool.duration?'],
  [['patterns', '--kind', 'rules'], 64, '--kind rules: there is no such choice\n  Did you mean rule?'],
  [['events', '--limit', '0'], 64, 'It has to be a whole number from 1.\n  See: iris events --help'],
  [['lineage', 'nothing'], 66, 'There is no lineage of "nothing"'],
  [['prompts', 'label', 'review', 'production'], 64, 'Which version of review?'],
  [['telemetry', 'import', 'package.json'], 64, 'This is no OTLP/JSON of spans or logs'],
  [['telemetry', 'export', 'no/folder'], 74, 'Cannot write no/folder'],
  [['db', 'export', 'no/folder'], 74, 'Cannot write no/folder'],
])('iris %j says what is wrong', async (words, exitCode, text) => {
  const shown = await show(...words);

  expect(shown.exitCode).toBe(exitCode);
  expect(shown.stdout).toBe('');
  expect(shown.stderr).toContain(text);
  expect(shown.stderr).not.toContain('    at ');
});
