import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { isAlive, type TestAgent, until } from '../support/agent.ts';
import { useAgent } from '../support/use-agent.ts';

let agent: TestAgent;
useAgent((opened) => ({ agent } = opened));

const MAP = Buffer.from(
  JSON.stringify({ version: 3, sources: ['original.ts'], names: [], mappings: 'AAAA;AAAA;AAAA;AAAA' }),
).toString('base64');

/** Small programs whose behaviour depends on how Node was started. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'hello.mjs': `console.log('out'); console.error('err');`,
  'await.mjs': `const { setTimeout: wait } = await import('node:timers/promises'); await wait(5); console.log('waited');`,
  'unsettled.mjs': `await new Promise(() => {});`,
  'throw.mjs': `function thrower() { throw new TypeError('boo'); }\nthrower();`,
  'throw.cjs': `function thrower() { throw new TypeError('boo'); }\nthrower();`,
  'mapped.mjs': `const value = 1;\n\n\nthrow new Error('mapped');\n//# sourceMappingURL=data:application/json;base64,${MAP}\n`,
  'rejected.mjs': `Promise.reject(new Error('nobody cares')); setTimeout(() => console.log('never'), 1000);`,
  'exit.cjs': `process.on('exit', (code) => console.log('exit', code)); process.exitCode = 9;`,
  'exit-now.mjs': `process.stdout.write('x'.repeat(100_000), () => process.exit(5));`,
  'syntax.mjs': `const = 1;`,
  'import.mjs': `import { value } from './lib/value.mjs'; import { createRequire } from 'node:module'; console.log(value, createRequire(import.meta.url)('./lib/cjs.cjs'));`,
  'missing-import.mjs': `import './no-such-file.mjs';`,
  'self.mjs': `import fs from 'node:fs';
    console.log(process.argv, process.execArgv, process.argv0, process.execPath, process.title, process.cwd());
    console.log(process.mainModule, import.meta.url, Object.keys(process.env).sort(), process.env.MINE);
    console.log(process.eventNames(), process.getActiveResourcesInfo(), process.exitCode);
    // Descriptor 3 is how a former spare announces its end; no child inherits it.
    const links = fs.readdirSync('/proc/self/fd').filter((fd) => fd !== '3').map((fd) => { try { return fs.readlinkSync('/proc/self/fd/' + fd); } catch { return ''; } });
    console.log(links.filter((link) => link.startsWith('socket:')).length, links.filter((link) => link.startsWith('/home')));
    console.log(JSON.stringify(fs.readFileSync(0, 'utf8')), fs.fstatSync(0).isCharacterDevice());`,
  'self.cjs': `console.log(require.main === module, module.id, module.parent, Object.keys(require.cache), module.children.length);
    console.log(__filename, __dirname, module.paths, process.mainModule === module, process.argv, require('node:module').globalPaths);
    console.log(typeof fetch, typeof WebSocket, this === module.exports, arguments.length, Object.keys(globalThis));`,
  'order.cjs': `setImmediate(() => console.log('immediate')); process.nextTick(() => console.log('tick')); Promise.resolve().then(() => console.log('promise')); queueMicrotask(() => console.log('micro')); console.log('sync');`,
  'order.mjs': `setImmediate(() => console.log('immediate')); process.nextTick(() => console.log('tick')); Promise.resolve().then(() => console.log('promise')); console.log('sync');`,
  'child.cjs': `const { execFileSync, fork } = require('node:child_process'); execFileSync('sh', ['-c', 'echo inherited; ls -l /proc/self/fd | wc -l'], { stdio: 'inherit' });`,
  'worker.mjs': `import { Worker } from 'node:worker_threads'; new Worker('console.log("in worker")', { eval: true });`,
  'stdin.mjs': `for await (const chunk of process.stdin) console.log('got', String(chunk)); console.log('end');`,
  'signal.cjs': `process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 1000);`,
  'abort.cjs': `process.abort();`,
};

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly ending: string;
}

async function runPlainly(args: readonly string[]): Promise<Outcome> {
  const env = {
    PATH: process.env['PATH'],
    HOME: agent.home,
    USER: 'user',
    LOGNAME: 'user',
    LANG: 'C.UTF-8',
    E2B_SANDBOX: 'true',
    MINE: 'yes',
  };
  const child = spawn('node', args, {
    cwd: agent.home,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return {
    stdout,
    stderr: comparable(stderr),
    ending: signal === null ? `exit status ${code}` : `signal ${signal}`,
  };
}

async function runInAgent(args: readonly string[]): Promise<Outcome> {
  const pid = await sparePid();
  const result = await agent.run({ cmd: 'node', args, envs: { MINE: 'yes' } });
  expect(result.pid).toBe(pid);
  const ending = result.end?.status
    .replace('signal: killed', 'signal SIGKILL')
    .replace('signal: aborted', 'signal SIGABRT');
  return { stdout: result.stdout, stderr: comparable(result.stderr), ending: ending ?? 'none' };
}

/** Node's own frames differ below the script's: it is started from the event loop. */
function comparable(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => !/^ {4}at .*(node:internal|processImmediate|\[as runMain\])/.test(line))
    .filter((line) => !/^node:internal|^ *(throw err;|\^)$/.test(line))
    .join('\n')
    .replaceAll(/^#.*$|^\(node:\d+\)|0x[0-9a-f]+|^.*\[pid=\d+\].*$|^ *\d+: .*$/gm, '');
}

/** The spare is the one child of the agent while nothing else runs. */
async function sparePid(): Promise<number> {
  const children = (): number[] =>
    readFileSync(`/proc/${agent.child.pid}/task/${agent.child.pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number);
  await until(() => children().length === 1);
  return children()[0] ?? 0;
}

function writePrograms(): void {
  mkdirSync(path.join(agent.home, 'lib'), { recursive: true });
  writeFileSync(path.join(agent.home, 'lib/value.mjs'), 'export const value = 42;');
  writeFileSync(path.join(agent.home, 'lib/cjs.cjs'), 'module.exports = Object.keys(require.cache).length;');
  for (const [name, source] of Object.entries(PROGRAMS)) writeFileSync(path.join(agent.home, name), source);
}

test.each(Object.keys(PROGRAMS))('%s runs in the spare as it does in plain Node', async (name) => {
  writePrograms();

  expect(await runInAgent([name, 'one', '--two'])).toEqual(await runPlainly([name, 'one', '--two']));
});

test.each(['mapped.mjs', 'throw.cjs', 'self.mjs'])(
  '%s runs with source maps as in plain Node',
  async (name) => {
    writePrograms();
    const args = ['--enable-source-maps', name];

    expect(await runInAgent(args)).toEqual(await runPlainly(args));
  },
);

test.each(['none.mjs', 'none.cjs', 'none/none.js'])(
  'A missing script %s is answered as plain Node does',
  async (name) => {
    expect(await runInAgent([name])).toEqual(await runPlainly([name]));
  },
);

test('With stdin the script in the spare reads what is sent', async () => {
  writePrograms();
  const pid = await sparePid();
  const running = agent.run({ cmd: 'node', args: ['stdin.mjs'], hasStdin: true });
  await until(async () => (await agent.call('List', {})).body.toString().includes(String(pid)));

  await agent.call('SendInput', {
    process: { pid },
    input: { stdin: Buffer.from('hello').toString('base64') },
  });
  await agent.call('CloseStdin', { process: { pid } });

  expect((await running).stdout).toBe('got hello\nend\n');
});

test.each([
  ['an option of Node', { args: ['--trace-warnings', 'hello.mjs'] }],
  [
    'a variable that Node reads at its start',
    { args: ['hello.mjs'], envs: { NODE_OPTIONS: '--no-warnings' } },
  ],
  ['code instead of a file', { args: ['-e', 'console.log("out")'] }],
  ['another program called node', { cmd: './node', args: ['hello.mjs'] }],
])('%s is started plainly', async (_name, request) => {
  writePrograms();
  writeFileSync(path.join(agent.home, 'node'), '#!/bin/sh\necho out', { mode: 0o755 });
  const pid = await sparePid();

  const result = await agent.run({ cmd: 'node', ...request });

  expect(result.stdout).toBe('out\n');
  expect(result.pid).not.toBe(pid);
});

test('A spare that dies is replaced', async () => {
  const pid = await sparePid();

  process.kill(pid, 'SIGKILL');
  await until(() => !isAlive(pid));

  expect(await sparePid()).not.toBe(pid);
});

test('Runs that follow each other at once all work, with or without a spare at hand', async () => {
  writePrograms();
  const results = await Promise.all(
    Array.from({ length: 6 }, () => agent.run({ cmd: 'node', args: ['hello.mjs'] })),
  );

  expect(results.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 6 }, () => 'out\n'));
});
