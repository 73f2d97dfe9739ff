import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { IRIS_BIN, openWorkspace, type Workspace } from '../support/workspace.ts';

const WRAPPER = resolve('dist/wrapper/iris-prime.mjs');

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
  await space.write({ 'package.json': '{}' });
});
afterAll(async () => {
  await space?.[Symbol.asyncDispose]();
});

async function run(script: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  await space.write({ 'script.ts': script });
  return await space.iris(['run', 'script.ts', ...args], { env: { ...space.env, ...env } });
}

const countOf = async (event: string): Promise<number> => {
  const answer = await space.iris([
    'tools',
    'call',
    'telemetry_query',
    '--json',
    '-i',
    JSON.stringify({ event, limit: 1000 }),
  ]);
  return JSON.parse(String(answer.stdout)).events.length;
};

describe('a script that calls tools', () => {
  test('of the original system runs as it is, and gets true results', async () => {
    const { stdout, stderr, exitCode } = await run(`
      import { iris, projectId, sessionId, context } from './iris-prime';

      const consensusId = 'deploy-1';
      for (let i = 0; i < 4; i++) {
        await iris.logEvent('tool.called', { tool: i % 2 ? 'search' : 'edit', sessionId: 's' + i });
      }
      const patterns = await iris.discoverPatterns({ minSupport: 0.3, minConfidence: 0.7 });
      console.log('Found ' + patterns.length + ' patterns of ' + patterns.meta.transactions);
      await iris.evaluateOutput('What is 2+2?', '4', 'correct', 'Arithmetic');
      await iris.submitVote(consensusId, 'agent-1', 'approve', 'fine');
      await iris.submitVote(consensusId, 'agent-2', 'approve');
      const status = await iris.getConsensusStatus(consensusId);
      console.log(status.tally.approve.votes, status.status, status.provisional);
      await iris.savePrompt('review', 'Review this {language} code', ['language'], { team: 'core' });
      const prompt = await iris.getPrompt({ name: 'review', variables: { language: 'Go' } });
      console.log(prompt.text);
      await iris.trackLineage('workflow', { patterns }, { consensusId });
      await iris.recordMetric('latency', 12.5, { tool: 'bash' });
      await iris.registerAgent('agent-1', ['review'], { team: 'core' });
      console.log((await iris.getAgentStatus('agent-1')).liveness, (await iris.getAgentStatus()).length);
      console.log(typeof projectId, sessionId.startsWith('run_'), JSON.stringify(context));
      await iris.close();
    `);

    expect({ stderr: String(stderr).replace(/^iris: .*\n/gm, ''), exitCode }).toEqual({
      stderr: '',
      exitCode: 0,
    });
    expect(String(stdout).split('\n')).toEqual([
      expect.stringMatching(/^Found \d+ patterns of 1$/),
      '2 pending approved',
      'Review this Go code',
      'online 1',
      'string true {}',
      '',
    ]);
  });

  test.each([
    ['ends by itself', ''],
    ['calls process.exit', 'process.exit(0);'],
    ['throws', `throw new Error('boom');`],
  ])('loses no call that was made before it %s', async (how, end) => {
    const event = `end.${how.replaceAll(' ', '-')}`;

    await run(`
      import { iris } from 'iris-prime';
      for (let i = 0; i < 250; i++) void iris.logEvent('${event}', { i });
      ${end}
    `);

    expect(await countOf(event)).toBe(250);
  });

  test('is told where in its own text a failed call was made, and what to do', async () => {
    const { stderr, exitCode } = await run(
      `import { iris } from './iris-prime';\nasync function load() {\n  await iris.getPrompt('nope');\n}\nawait load();\n`,
    );

    expect(exitCode).toBe(1);
    expect(String(stderr)).toMatch(
      /IrisToolError: There is no prompt "nope"\. .*\n\s+at load \(.*script\.ts:3:/,
    );
    expect(String(stderr)).toContain("code: 'IRIS_NOT_FOUND'");
  });

  test('is told the valid parameters of a wrong call, and of a tool that is not there the nearest', async () => {
    const { stdout } = await run(`
      import { iris, IrisToolError } from 'iris-prime';
      try { await iris.queryEvents({ limt: 5 } as never); } catch (error) {
        console.log(error instanceof IrisToolError, error.code, error.message.includes('did you mean limit'));
        console.log(error.details.parameters.includes('sessionId'));
      }
      await iris.call('telemetry_lo').catch((error) => console.log(error.hint));
      console.log((await iris.searchTools('cast a vote'))[0].name);
      console.log(Object.keys((await iris.describeTool('consensus_vote')).input.properties).includes('agentId'));
    `);

    expect(String(stdout).split('\n')).toEqual([
      'true IRIS_INVALID_ARGUMENT true',
      'true',
      'Did you mean telemetry_log?',
      'consensus_vote',
      'true',
      '',
    ]);
  });

  test('finds no key of the user in its sandbox', async () => {
    const { stdout } = await run(
      `
      import { iris } from 'iris-prime';
      import { readFileSync, readdirSync } from 'node:fs';
      await iris.logEvent('x');
      const texts = [JSON.stringify(process.env)];
      for (const pid of readdirSync('/proc').filter((name) => /^\\d+$/.test(name))) {
        for (const file of ['environ', 'cmdline']) {
          try { texts.push(readFileSync('/proc/' + pid + '/' + file, 'latin1')); } catch {}
        }
      }
      console.log(texts.length > 2, texts.some((text) => text.includes('TOP-SECRET')));
      console.log(Object.keys(process.env).filter((name) => /KEY|DATABASE|SUPABASE/.test(name)).length);
    `,
      [],
      { SUPABASE_SECRET_KEY: 'TOP-SECRET-1', E2B_API_KEY: 'TOP-SECRET-2', IRIS_PROVIDER: 'embedded' },
    );

    expect(String(stdout)).toBe('true false\n0\n');
  });

  test('has no socket and no token when it does not import the client', async () => {
    const { stdout } = await run(
      `console.log(Object.keys(process.env).filter((name) => /^IRIS_/.test(name)).join());`,
    );

    expect(String(stdout)).toBe('IRIS_RUN_ID\n');
  });

  test('may have a file of that name of its own', async () => {
    await space.write({ 'own/iris-prime.ts': `export const iris = 'mine';` });
    await space.write({ 'own/main.ts': `import { iris } from './iris-prime'; console.log(iris);` });

    expect(String((await space.iris(['run', 'own/main.ts'])).stdout)).toBe('mine\n');
  });

  test('works from CommonJS', async () => {
    await space.write({
      'main.cts': `const { iris } = require('iris-prime');
        iris.logEvent('from.cjs').then((answer) => console.log(typeof answer.id));`,
    });

    expect(String((await space.iris(['run', 'main.cts'])).stdout)).toBe('string\n');
  });
});

describe('a run that called tools', () => {
  const ask = async (tool: string, input: object): Promise<Record<string, never>> =>
    JSON.parse(
      String((await space.iris(['tools', 'call', tool, '--json', '-i', JSON.stringify(input)])).stdout),
    );

  test('is kept with each call, and what it tracked is tied to it', async () => {
    const { stdout } = await run(`
      import { iris, sessionId } from 'iris-prime';
      await iris.trackLineage('step', { a: 1 }, { b: 2 });
      await iris.getPrompt('no-such-prompt').catch(() => undefined);
      console.log(sessionId);
      process.exit(3);
    `);
    const id = String(stdout).trim();

    const kept = await until('the record', async () => {
      const answer = await ask('run_get', { id });
      return answer['toolCalls'] === undefined ? undefined : answer;
    });
    const { nodes, edges } = await ask('lineage_get', { id: 'step' });

    expect(kept).toMatchObject({
      script: 'script.ts',
      exitCode: 3,
      provider: 'embedded',
      calls: 2,
      failedCalls: 1,
      toolCalls: [
        { tool: 'lineage_track', outcome: 'ok', inputSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        { tool: 'prompt_get', outcome: 'IRIS_NOT_FOUND' },
      ],
    });
    expect(JSON.stringify(nodes)).toContain(id);
    expect(JSON.stringify(edges)).toContain('informed');
  });

  test('is not kept when it called none', async () => {
    const before = await ask('run_list', { limit: 1000 });
    await run(`import { iris } from 'iris-prime'; console.log(typeof iris.logEvent);`);

    expect(await ask('run_list', { limit: 1000 })).toEqual(before);
  });
});

describe('a program that iris did not start', () => {
  test('calls the same tools', async () => {
    await space.write({
      'plain.mjs': `import { iris } from ${JSON.stringify(WRAPPER)};
        const { id } = await iris.logEvent('outside', { a: 1 });
        const { events } = await iris.queryEvents({ event: 'outside' });
        console.log(events.length, events[0].id === id, typeof events[0].sessionId);
        void iris.logEvent('outside');`,
    });

    const { stdout, stderr } = await execa(process.execPath, ['plain.mjs'], {
      cwd: space.dir,
      env: { ...space.env, IRIS_CLI: IRIS_BIN },
      extendEnv: false,
      reject: false,
    });

    expect({ stdout, stderr }).toEqual({ stdout: '1 true string', stderr: '' });
    expect(await countOf('outside')).toBe(2);
  });
});

test('the client that is published needs nothing beside itself', async () => {
  const imports = [...(await readFile(WRAPPER, 'utf8')).matchAll(/from "([^"]+)"/g)].map(([, name]) => name);
  expect(
    imports.every((name) => ['fs', 'net', 'path', 'url', 'crypto', 'child_process'].includes(String(name))),
  ).toBe(true);
});
