import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
  await space.write({ 'package.json': '{}' });
});
afterAll(async () => {
  await space?.[Symbol.asyncDispose]();
});

const call = async (tool: string, input: object): Promise<Record<string, unknown>> =>
  JSON.parse(
    String((await space.iris(['tools', 'call', tool, '--json', '-i', JSON.stringify(input)])).stdout),
  );

describe('iris tools', () => {
  test('lists every group, and with --json what each tool takes', async () => {
    const [table, json] = [await space.iris(['tools', 'ls']), await space.iris(['tools', 'ls', '--json'])];

    const tools: { name: string; group: string; input: { properties?: object } }[] = JSON.parse(
      String(json.stdout),
    );
    expect(new Set(tools.map(({ group }) => group))).toEqual(
      new Set([
        'patterns',
        'reflexion',
        'consensus',
        'telemetry',
        'prompts',
        'lineage',
        'metrics',
        'agents',
        'runs',
        'data',
      ]),
    );
    expect(tools.find(({ name }) => name === 'consensus_vote')?.input.properties).toHaveProperty(
      'consensusId',
    );
    for (const { name } of tools) expect(String(table.stdout)).toContain(name);
  });

  test('keeps what one process said for the next', async () => {
    await call('telemetry_log', { event: 'e2e.started', sessionId: 's1', outcome: 'success' });
    await call('consensus_vote', { consensusId: 'c1', agentId: 'a', decision: 'approve' });
    await call('prompt_save', { name: 'greet', template: 'Hello {{name}}' });

    expect(await call('prompt_get', { name: 'greet', variables: { name: 'Ada' } })).toMatchObject({
      text: 'Hello Ada',
    });
    expect(await call('consensus_status', { consensusId: 'c1' })).toMatchObject({ provisional: 'approved' });
    expect(await call('telemetry_query', { event: 'e2e.started' })).toMatchObject({
      events: [expect.objectContaining({ sessionId: 's1' })],
    });
  });

  test('reads its input from a pipe', async () => {
    const result = await space.iris(['tools', 'call', 'agent_register', '-i', '-'], {
      stdin: 'pipe',
      input: '{"agentId":"piped"}',
    });

    expect(JSON.parse(String(result.stdout))).toMatchObject({ agentId: 'piped', created: true });
  });

  test.each([
    [['agent_statsu'], 66, 'Did you mean agent_status?'],
    [['agent_status', '-i', '{"agentid":"x"}'], 64, 'unknown parameter agentid (did you mean agentId?)'],
    [['agent_status', '-i', '{oops'], 64, '--input is not JSON'],
    [['consensus_status', '-i', '{"consensusId":"none"}'], 66, 'There is no consensus "none"'],
  ])('says what is wrong with %j', async (words, exitCode, text) => {
    const result = await space.iris(['tools', 'call', ...words]);

    expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
    expect(result.stderr).toContain(text);
    expect(result.stderr).not.toContain('    at ');
  });

  test('names a store that is not configured', async () => {
    const env = { ...space.env, IRIS_STORE: 'postgres' };
    const result = await space.iris(['tools', 'call', 'agent_status'], { env });

    expect(result.exitCode).toBe(78);
    expect(result.stderr).toContain('DATABASE_URL');
  });
});

describe('iris db', () => {
  test('tells what is there', async () => {
    const { stdout, exitCode } = await space.iris(['db', 'status', '--json']);

    expect(exitCode).toBe(0);
    expect(JSON.parse(String(stdout))).toMatchObject({ engine: 'pglite', pending: [] });
  });

  test('moves the data of one project to another', async () => {
    await call('agent_register', { agentId: 'moved' });
    const file = join(space.dir, 'data.ndjson');
    await space.iris(['db', 'export', file]);

    const env = { ...space.env, IRIS_PROJECT_ID: 'elsewhere' };
    const imported = await space.iris(['db', 'import', file], { env });
    const there = await space.iris(['tools', 'call', 'agent_status', '-i', '{"agentId":"moved"}'], { env });

    expect(imported.stderr).toMatch(/^iris: \d+ rows imported, 0 were there already\n$/);
    expect(JSON.parse(String(there.stdout))).toMatchObject({ agents: [{ registered: true }] });
    expect(readFileSync(file, 'utf8')).not.toContain('"project_id"');
  });

  test('counts what has grown old, and takes it away when told to', async () => {
    const counted = await space.iris(['db', 'prune']);
    const pruned = await space.iris(['db', 'prune', '--yes', '--keep-events', '90d', '--json']);
    const wrong = await space.iris(['db', 'prune', '--keep-events', '3 weeks']);

    expect(counted.stdout).toMatch(/^events +0 to delete\n/);
    expect(counted.stdout).toContain('events are kept for 30 days');
    expect(counted.stderr).toContain('Nothing was changed');
    expect(JSON.parse(String(pruned.stdout))).toMatchObject({ isDryRun: false, eventDays: 90 });
    expect((await space.iris(['db', 'prune'])).stdout).toContain('events are kept for 90 days');
    expect([wrong.exitCode, wrong.stdout]).toEqual([64, '']);
  });

  test('copies the migrations into a Supabase project, after those that are there', async () => {
    await space.write({ 'sb/supabase/migrations/29990101000000_theirs.sql': 'select 1;' });

    const first = await space.iris(['db', 'init', 'supabase', 'sb', '--json']);
    const second = await space.iris(['db', 'init', 'supabase', 'sb', '--json']);

    const { copied }: { copied: string[] } = JSON.parse(String(first.stdout));
    expect(copied.every((file) => file > '29990101000000')).toBe(true);
    expect(copied.map((file) => file.slice(15))).toContain('iris_core.sql');
    expect(JSON.parse(String(second.stdout))).toMatchObject({
      copied: [],
      present: expect.arrayContaining(['iris_core']),
    });
  });
});
