import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';
import { IRIS_BIN, openWorkspace, type Workspace } from '../support/workspace.ts';

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
  await space.write({
    '.irisrc': '',
    'hello.ts': `console.log('out', ...process.argv.slice(2)); console.error('err');`,
    'fail.ts': `console.log('before'); process.exitCode = 3;`,
    'secret.ts': `process.stdout.write('it is ' + process.env.API_TOKEN.slice(0, 4)); setTimeout(() => console.log(process.env.API_TOKEN.slice(4)), 80);`,
    'wait.ts': `console.log('waiting'); setTimeout(() => console.log('done'), 60_000);`,
    'big.ts': `import { writeSync } from 'node:fs';
      for (let i = 0; i < 40_000; i++) writeSync(1, String(i).padStart(8) + '\\n');`,
  });
});
afterAll(async () => await space[Symbol.asyncDispose]());

async function iris(...args: string[]) {
  const result = await space.iris(args);
  return { code: result.exitCode, out: String(result.stdout), err: String(result.stderr) };
}

async function json(...args: string[]) {
  return JSON.parse((await iris('runs', ...args, '--json')).out);
}

/** Starts a run that waits, and resolves when its script has begun. */
async function startWaiting(...options: string[]) {
  const running = space.iris(['run', ...options, 'wait.ts']);
  await new Promise((resolve) => running.stdout?.once('data', resolve));
  // Not by itself: a promise of it would wait for its end.
  return { running };
}

test('a run is kept with its facts and its output, whatever becomes of its sandbox', async () => {
  const run = await iris('run', '--rm', '--sandbox', 'short', '--tag', 'nightly,x', 'hello.ts', 'a b');
  const record = await json('show', 'last');
  const logs = await iris('runs', 'logs', record.id);
  const half = await iris('runs', 'logs', record.id.slice(0, -1), '--source', 'stderr');
  const shown = await iris('runs', 'show', record.id.slice(-8));

  expect(run.out).toBe('out a b\n');
  expect(record).toMatchObject({
    status: 'succeeded',
    script: join(space.dir, 'hello.ts'),
    args: ['a b'],
    tags: ['nightly', 'x'],
    exitCode: 0,
    outputBytes: { stdout: 8, stderr: 4 },
    sandbox: { name: 'short', provider: 'embedded' },
  });
  expect(logs).toEqual({ code: 0, out: 'out a b\n', err: 'err\n' });
  expect(half).toEqual({ code: 0, out: '', err: 'err\n' });
  expect(shown.out).toMatch(/^status +succeeded \(exit code 0\)$/m);
  expect(shown.out).toMatch(/^ {2}run +·*█+·* +[\d.]+ m?s$/m);
  expect(shown.out).toContain(`iris runs logs ${record.id}`);
});

test('ls narrows down by status, tag, script and time', async () => {
  await iris('run', '--tag', 'one', 'hello.ts');
  await iris('run', '--tag', 'one', '--tag', 'two', 'fail.ts');
  await iris('run', '--timeout', '1s', 'wait.ts');

  const scripts = async (...filters: string[]): Promise<string[]> =>
    (await json('ls', ...filters)).map(({ script }: { script: string }) => script.replace(/.*\//, ''));
  const table = await iris('runs', 'ls', '--status', 'failed');
  const wrong = await iris('runs', 'ls', '--status', 'faild');
  const none = await iris('runs', 'ls', '--tag', 'three');

  expect(await scripts('--tag', 'one')).toEqual(['fail.ts', 'hello.ts']);
  expect(await scripts('--tag', 'one', '--tag', 'two')).toEqual(['fail.ts']);
  expect(await scripts('--status', 'timed-out')).toEqual(['wait.ts']);
  expect(await scripts('--script', 'f*.ts', '--since', '1h')).toEqual(['fail.ts']);
  expect(await scripts('--since', '2999-01-01T00:00:00Z')).toEqual([]);
  expect(table.out).toMatch(/^ID +SCRIPT +STATUS +EXIT .*\nrun_\S+ +fail\.ts +failed +3 /);
  expect([wrong.code, wrong.err]).toEqual([64, expect.stringContaining('Did you mean failed?')]);
  expect([none.code, none.out, none.err]).toEqual([0, '', expect.stringContaining('no such runs')]);
});

test('a tag or an id that is none is told with what to do', async () => {
  const [first] = await json('ls', '-n', '1');
  const wrong = `${first.id.slice(0, -1)}${first.id.endsWith('0') ? '1' : '0'}`;

  const tag = await iris('run', '--tag', 'no spaces', 'hello.ts');
  const id = await iris('runs', 'show', wrong);
  const grep = await iris('runs', 'logs', 'last', '--grep', '(');

  expect([tag.code, tag.err]).toEqual([64, expect.stringContaining('is no tag')]);
  expect([id.code, id.err]).toEqual([66, expect.stringContaining(`Did you mean ${first.id}?`)]);
  expect([grep.code, grep.err]).toEqual([64, expect.stringContaining('no regular expression')]);
});

test('what is kept of the output has a size; the beginning and the end stay', async () => {
  await space.iris(['run', 'big.ts'], { env: { ...space.env, IRIS_RUNS_MAX_OUTPUT_BYTES: '64KB' } });
  const logs = await iris('runs', 'logs', 'last');
  const found = await iris('runs', 'logs', 'last', '--grep', '^ +(7|39999)$');

  expect(logs.out.length).toBeLessThanOrEqual(65_536);
  expect(logs.out.length).toBeGreaterThan(32_768);
  expect(logs.out.startsWith('       0\n       1\n')).toBe(true);
  expect(logs.out.endsWith('   39998\n   39999\n')).toBe(true);
  expect(logs.err).toMatch(/^iris: \S+KB of output are left out here\n$/);
  expect(found.out).toBe('       7\n   39999\n');
});

test('the value of a secret is nowhere in what is kept', async () => {
  const secret = 'hunter2-hunter2';
  const env = { ...space.env, API_TOKEN: secret };
  const run = await space.iris(['run', '--secret-env', 'API_TOKEN', 'secret.ts', secret], { env });
  const { id } = await json('show', 'last');
  const logs = await iris('runs', 'logs', id);
  const folder = join(space.stateDir, 'runs', id);
  const files = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name), 'latin1')),
  );

  expect(run.stdout).toBe(`it is ${secret}\n`);
  expect(logs.out).toBe('it is ***\n');
  expect(files.length).toBeGreaterThan(1);
  const modes = (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).mode & 0o777);
  expect([...new Set(await Promise.all(modes))]).toEqual([0o600]);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(files.join('')).not.toContain('hunter2');
  expect(files.join('')).toContain('secret.ts');
});

test('logs --follow goes on to the end, and a run ended by its reader is cancelled', async () => {
  const { running } = await startWaiting();
  const following = space.iris(['runs', 'logs', 'last', '--follow', '--json']);
  await new Promise((resolve) => following.stdout?.once('data', resolve));
  const meanwhile = await json('show', 'last');
  const refused = await iris('runs', 'rm', 'last');
  running.kill('SIGTERM');
  await running;
  const followed = await following;

  expect(meanwhile.status).toBe('running');
  expect([refused.code, refused.err]).toEqual([73, expect.stringContaining('iris runs cancel')]);
  const [line] = String(followed.stdout).split('\n');
  expect(JSON.parse(line ?? '')).toMatchObject({ v: 1, type: 'stdout', data: 'waiting\n', encoding: 'utf8' });
  expect(Date.now() - Date.parse(JSON.parse(line ?? '').at)).toBeLessThan(60_000);
  expect((await json('show', 'last')).status).toBe('cancelled');
});

test('a detached run goes on by itself, and attach follows it to its exit code', async () => {
  await space.write({
    'steps.ts': `import { existsSync } from 'node:fs';
      console.log('one');
      const wait = setInterval(() => {
        if (!existsSync('/home/user/go')) return;
        clearInterval(wait);
        console.error('two');
        process.exitCode = 7;
      }, 20);`,
    'go.ts': `import { writeFileSync } from 'node:fs'; writeFileSync('/home/user/go', '');`,
  });
  const detached = await iris('run', '--detach', '-q', 'steps.ts');
  const id = detached.out.trim();
  const attached = space.iris(['runs', 'attach', id]);
  await new Promise((resolve) => attached.stdout?.once('data', resolve));
  const left = space.iris(['runs', 'attach', id]);
  await new Promise((resolve) => left.stdout?.once('data', resolve));
  left.kill('SIGINT');
  const leaving = await left;
  const meanwhile = await json('show', id);
  await iris('run', 'go.ts');
  const ended = await attached;

  expect([detached.code, detached.err]).toEqual([0, '']);
  expect([leaving.exitCode, leaving.stderr]).toEqual([
    130,
    expect.stringContaining(`iris runs cancel ${id}`),
  ]);
  expect(meanwhile).toMatchObject({ status: 'running', isDetached: true });
  expect([ended.stdout, ended.stderr, ended.exitCode]).toEqual(['one\n', 'two\n', 7]);
  expect((await iris('runs', 'attach', id)).code).toBe(7);
});

test('a detached run that cannot start says so at once', async () => {
  const missing = await iris('run', '--detach', 'nowhere.ts');
  const alone = await iris('run', '--detach', '--no-daemon', 'hello.ts');

  expect([missing.code, missing.out]).toEqual([66, '']);
  expect([alone.code, alone.err]).toEqual([64, expect.stringContaining('--detach')]);
});

test('cancel ends a run, detached or not, once', async () => {
  const { out } = await iris('run', '--detach', '-q', 'wait.ts');
  const first = await iris('runs', 'cancel', out.trim());
  const again = await iris('runs', 'cancel', out.trim());
  const { running } = await startWaiting('--no-daemon');
  const other = await json('cancel', 'last');
  await running;

  expect([first.code, first.out]).toEqual([0, `cancelled ${out}`]);
  expect([again.code, again.out, again.err]).toEqual([
    0,
    '',
    expect.stringContaining('has ended already: cancelled'),
  ]);
  expect(other).toMatchObject({ status: 'cancelled', isChanged: true });
  expect((await iris('runs', 'attach', out.trim())).code).toBe(130);
});

test('the daemon ends its detached runs when it is stopped, and says so', async () => {
  const { out } = await iris('run', '--detach', '-q', 'wait.ts');
  await iris('daemon', 'stop');

  expect(await json('show', out.trim())).toMatchObject({
    status: 'cancelled',
    error: { code: 'CANCELLED', message: 'The iris daemon was stopped' },
  });
});

test('rerun runs the same with the variables of now, and diff shows what changed', async () => {
  await space.write({ 'sub/say.ts': `console.log(process.env.WORD, ...process.argv.slice(2));` });
  const cwd = join(space.dir, 'sub');
  const env = { ...space.env, WORD: 'first' };
  await space.iris(['run', '--tag', 'again', '-e', 'WORD', 'say.ts', '-x', 'a b'], { cwd, env });
  const before = await json('show', 'last');

  const rerun = await space.iris(['runs', 'rerun', 'last'], { env: { ...env, WORD: 'second' } });
  const after = await json('show', 'last');
  const unset = await iris('runs', 'rerun', 'last');
  const diff = await iris('runs', 'diff', before.id, after.id);
  const facts = await json('diff', before.id, before.id);
  await space.write({ 'sub/say.ts': '' });
  await rm(join(cwd, 'say.ts'));
  const gone = await iris('runs', 'rerun', before.id);

  expect([rerun.stdout, rerun.exitCode]).toEqual(['second -x a b\n', 0]);
  expect(after).toMatchObject({ tags: ['again'], args: ['-x', 'a b'], cwd, script: before.script });
  expect([unset.code, unset.err]).toEqual([64, expect.stringContaining('WORD is not set here')]);
  expect(diff.out).toContain('-first -x a b\n+second -x a b\n');
  expect(diff.out).toMatch(/^bytes on stdout +13 +14$/m);
  expect(diff.out).toMatch(/^time of run +\S+ m?s +\S+ m?s$/m);
  expect(facts.outputs).toEqual([]);
  expect([gone.code, gone.err]).toEqual([66, expect.stringContaining('cannot run again')]);
});

test('a run whose arguments had a secret in them is not run again by itself', async () => {
  const env = { ...space.env, API_TOKEN: 'hunter2-hunter2' };
  await space.iris(['run', '--secret-env', 'API_TOKEN', 'hello.ts', 'hunter2-hunter2'], { env });
  const refused = await space.iris(['runs', 'rerun', 'last'], { env });

  expect([refused.exitCode, refused.stderr]).toEqual([73, expect.stringContaining('secret')]);
});

test('a run whose daemon was killed is lost', async () => {
  const { running } = await startWaiting();
  await until('the run to be noted', async () => (await json('show', 'last')).status === 'running');
  const { pid } = JSON.parse((await iris('daemon', 'status', '--json')).out);
  process.kill(pid, 'SIGKILL');
  await running;

  expect(await json('show', 'last')).toMatchObject({ status: 'lost', script: join(space.dir, 'wait.ts') });
  expect((await iris('runs', 'logs', 'last', '--follow')).out).toBe('waiting\n');
});

test('rm removes what is named, what is old, or everything', async () => {
  await iris('run', 'hello.ts');
  const { id } = await json('show', 'last');

  const unclear = await iris('runs', 'rm');
  const young = await iris('runs', 'rm', '--older-than', '1h');
  const one = await iris('runs', 'rm', id);
  await iris('run', '--no-daemon', 'hello.ts');
  const all = await iris('runs', 'rm', '--all');

  expect(unclear.code).toBe(64);
  expect(young.out).toBe('removed 0 runs\n');
  expect(one.out).toBe(`removed ${id}\n`);
  expect(all.out).toMatch(/^removed (?:run_|\d+ runs)/);
  expect(await readdir(join(space.stateDir, 'runs'))).toEqual([]);
  expect((await iris('runs', 'show', 'last')).code).toBe(66);
});

test('on a terminal, a failed run says how to see it again', async () => {
  using terminal = openTerminal([process.execPath, '--', IRIS_BIN, 'run', 'fail.ts'], {
    cwd: space.dir,
    env: space.env,
  });
  const { shown, exitCode } = await terminal.ended;

  expect([exitCode, shown]).toEqual([
    3,
    expect.stringMatching(/before\niris: run_\S+ failed with exit code 3\n {2}.*iris runs show last/),
  ]);
});

test('exec runs a command in a sandbox: streams apart, input in, exit code out', async () => {
  await iris('run', '--sandbox', 'dev', 'hello.ts');
  const [dir, word] = ['/tmp', 'a b'];
  const script = 'echo out "$1" $WORD; pwd; echo err >&2; cat; exit 9';
  const done = await space.iris(
    ['sandbox', 'exec', '-e', 'WORD=x', '--cwd', dir, 'dev', '--', 'sh', '-c', script, '--', word],
    { input: 'typed\n', stdin: 'pipe' },
  );
  const unclear = await iris('sandbox', 'exec', 'dev', 'ls');
  const nobody = await iris('sandbox', 'exec', 'dve', '--', 'true');
  const missing = await iris('sandbox', 'exec', 'dev', '--', 'no-such-program');

  expect([done.stdout, done.stderr, done.exitCode]).toEqual(['out a b x\n/tmp\ntyped\n', 'err\n', 9]);
  expect([unclear.code, unclear.err]).toEqual([64, expect.stringContaining('stands after --')]);
  expect([nobody.code, nobody.err]).toEqual([69, expect.stringContaining('Did you mean dev?')]);
  expect([missing.code, missing.out]).not.toEqual([0, '']);
});

test('exec passes a signal on, and a command ends with its reader', async () => {
  await iris('run', 'hello.ts');
  const sleeping = space.iris(['sandbox', 'exec', '--', 'sh', '-c', 'echo ready; exec sleep 61']);
  await new Promise((resolve) => sleeping.stdout?.once('data', resolve));
  sleeping.kill('SIGTERM');
  const ended = await sleeping;
  const left = space.iris(['sandbox', 'exec', '--', 'sh', '-c', 'echo ready; exec sleep 62']);
  await new Promise((resolve) => left.stdout?.once('data', resolve));
  left.kill('SIGKILL');
  await left;

  expect(ended.exitCode).toBe(143);
  await until('the command to be gone', async () => {
    const { out } = await iris(
      'sandbox',
      'exec',
      '--',
      'sh',
      '-c',
      'cat /proc/[0-9]*/cmdline | tr "\\0" " "',
    );
    return !out.includes('sleep 62');
  });
});

test('shell opens a terminal in the sandbox, with its size and its exit code', async () => {
  await iris('run', 'hello.ts');
  const resize = '(sleep 1; stty cols 120) < /dev/tty & exec "$@"';
  const words = ['sh', '-c', resize, 'sh', process.execPath, '--', IRIS_BIN, 'sandbox', 'shell'];
  using terminal = openTerminal(words, { cwd: space.dir, env: space.env });
  await terminal.see('$ ');
  terminal.type('stty size; echo $((40 + 2))\r');
  await terminal.see(' 100');
  await terminal.see('42');
  terminal.type('until stty size | grep 120; do sleep 0.1; done\r');
  await terminal.see('24 120');
  terminal.type('sleep 60\r');
  await terminal.see('sleep 60');
  await new Promise((resolve) => setTimeout(resolve, 300));
  terminal.type('\x03');
  await terminal.see('$ ');
  terminal.type('exit 5\r');
  const { exitCode } = await terminal.ended;
  const nowhere = await iris('sandbox', 'shell');

  expect(exitCode).toBe(5);
  expect([nowhere.code, nowhere.err]).toEqual([64, expect.stringContaining('iris sandbox exec')]);
});

test('--keep on-fail keeps the sandbox of a failed run, and no other', async () => {
  const failed = await iris('run', '--new', '--rm', '--keep', 'on-fail', 'fail.ts');
  const { sandbox } = await json('show', 'last');
  const ls = await iris('sandbox', 'exec', sandbox.id, '--', 'true');
  await iris('run', '--new', '--keep', 'on-fail', 'hello.ts');
  const after = await json('show', 'last');
  const gone = await iris('sandbox', 'exec', after.sandbox.id, '--', 'true');
  const wrong = await iris('run', '--keep', 'maybe', 'hello.ts');
  await iris('sandbox', 'close', sandbox.id);

  expect([failed.code, failed.err]).toEqual([3, expect.stringContaining(`iris sandbox shell ${sandbox.id}`)]);
  expect(ls.code).toBe(0);
  expect(gone.code).toBe(69);
  expect([wrong.code, wrong.err]).toEqual([64, expect.stringContaining('on-fail, always, never')]);
});
