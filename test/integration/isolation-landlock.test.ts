import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { isRunning } from '../../src/host/isolation/processes/send-signal.ts';
import { LIMITS, openHarness, RUNNERS, type Harness } from '../fixtures/hostile/open-harness.ts';
import { until } from '../support/until.ts';

const canRun = process.platform === 'linux' && existsSync('/usr/bin/perl') && existsSync('/usr/bin/setpriv');
const MAX_KILL_MS = 1000;

describe.skipIf(!canRun).each(RUNNERS)('A sandbox by landlock as %s', (runner) => {
  let host: HostSide;
  let harness: Harness;
  const ask = (attempt: string, ...args: unknown[]): Promise<unknown> => harness.ask('a', attempt, ...args);
  const perl = async (program: string): Promise<string> =>
    (((await ask('run', 'perl', ['-e', program])) as { stdout: string }).stdout ?? '').trim();
  const home = async (name: string): Promise<string> =>
    String(((await harness.ask(name, 'environment')) as Record<string, string>)['HOME']);

  beforeAll(async () => {
    harness = await openHarness(runner);
    host = await openHostSide(harness);
    await harness.choose('landlock');
    await Promise.all([harness.launch('a'), harness.launch('b')]);
  }, 20_000);

  afterAll(async () => {
    await harness?.close();
    await host?.close();
  });

  test('says plainly what it does not promise', async () => {
    const { weaknesses } = (await harness.choose('landlock')) as { weaknesses: string[] };

    expect(weaknesses.join('\n')).toMatch(/no namespaces/);
    expect(weaknesses.join('\n')).toMatch(/No socket/);
    expect(weaknesses.join('\n')).toMatch(/disk/);
  });

  test('reads no file of the host, by no way', async () => {
    await ask('linkTo', host.key, join(await home('a'), 'evil'));

    for (const path of [host.key, '/etc/shadow', '/etc/passwd', '/dev/kmsg', harness.agentFile])
      expect(await ask('read', path)).toMatch(/EACCES|ENOENT/);
    expect(await ask('read', join(await home('a'), 'evil'))).toBe('EACCES');
    for (const folder of ['/', '/home', '/root', '/tmp', '/proc', '/opt', '/dev', host.folder])
      expect(await ask('list', folder)).toMatch(/EACCES|ENOENT/);
  });

  test('sees nothing of the processes of the host', async () => {
    for (const pid of [1, 'self', host.victim.pid, harness.process.pid]) {
      for (const file of ['environ', 'cmdline', 'status', 'root/etc/passwd', 'net/tcp'])
        expect(await ask('read', `/proc/${pid}/${file}`)).toBe('EACCES');
    }
    expect(await ask('read', '/proc/meminfo')).toMatch(/^MemTotal/);
  });

  test('reaches no process of the host or of another sandbox with a signal', async () => {
    const [other] = ((await harness.call('tree', 'b')) as number[]).slice(-1);

    for (const pid of [1, host.victim.pid, harness.process.pid, await harness.call('victim'), other])
      expect(await ask('signal', pid)).toBe('EPERM');
    // The one who watches over the sandbox.
    expect(await ask('signal', ((await harness.call('tree', 'a')) as number[])[0])).toBe('EPERM');
  });

  test('writes to its home and its temporary folder alone', async () => {
    const own = await home('a');

    expect(await ask('write', join(own, 'file'))).toBe('written');
    expect(await ask('write', join(own, '..', 'tmp', 'file'))).toBe('written');
    for (const folder of ['/', '/etc', '/usr', '/tmp', '/var/tmp', '/dev/shm', host.folder, join(own, '..')])
      expect(await ask('write', join(folder, 'written-by-a-test'))).toMatch(/EACCES|EROFS/);
    expect(await ask('write', join(own, '..', 'iris', 'agent.cjs'))).toBe('EACCES');
    expect(await ask('write', host.open)).toBe('EACCES');
    expect(await ask('openForWriting', '/dev/null')).toBe('opened');
    expect(await perl(`print truncate("${host.open}", 0) ? "done" : "refused"`)).toBe('refused');
    expect(await readFile(host.open, 'utf8')).toBe('OPEN');
  });

  test('cannot change the mode or the times of a file of the host, nor take it home', async () => {
    const before = await stat(host.open);

    expect(await perl(`print chmod(0777, "${host.open}") ? "done" : "refused"`)).toBe('refused');
    expect(await perl(`print utime(1, 1, "${host.open}") ? "done" : "refused"`)).toBe('refused');
    expect(await perl(`print link("${host.open}", "${await home('a')}/l") ? "done" : "refused"`)).toBe(
      'refused',
    );
    expect(await perl(`print rename("${host.open}", "${await home('a')}/r") ? "done" : "refused"`)).toBe(
      'refused',
    );

    const after = await stat(host.open);
    expect([after.mode, after.mtimeMs]).toEqual([before.mode, before.mtimeMs]);
  });

  test('opens no socket of any kind', async () => {
    expect(await ask('connect', { host: '127.0.0.1', port: host.port })).toBe('EAFNOSUPPORT');
    expect(await ask('connect', { host: '::1', port: host.port })).toBe('EAFNOSUPPORT');
    expect(await ask('connect', { path: host.socketPath })).toBe('EAFNOSUPPORT');
    expect(await ask('connect', { path: `\0${host.abstractName}` })).toBe('EAFNOSUPPORT');
    // Pairs of streams are what Node starts processes with; a datagram socket could be sent anywhere.
    expect(await perl('print socketpair(A, B, 1, 1, 0) ? "made" : "refused"')).toBe('made');
    expect(await perl('print socketpair(A, B, 1, 2, 0) ? "made" : "refused"')).toBe('refused');
    expect(await perl('print socketpair(A, B, 1, 3, 0) ? "made" : "refused"')).toBe('refused');
  });

  test('shares no memory, semaphores or queues with the machine', async () => {
    for (const call of ['shmget(1, 4096, 0666 | 01000)', 'semget(1, 1, 0666 | 01000)', 'msgget(1, 01000)'])
      expect(await perl(`print defined ${call} ? "made" : $! + 0`)).toBe('1');
  });

  test('may not make the calls that reach beyond a sandbox', async () => {
    const calls = (await ask('syscalls')) as Record<string, number>;

    expect(Object.keys(calls).length).toBeGreaterThan(25);
    expect(new Set(Object.values(calls))).toEqual(new Set([1, 38, 97]));
    expect(await ask('become', 0)).toMatch(/EPERM|EINVAL/);
  });

  test('sets no limit and no priority of a process of the host', async () => {
    const { pid } = host.victim;

    expect(await ask('run', 'prlimit', ['--pid', String(pid), '--cpu=1:1'])).not.toMatchObject({ status: 0 });
    expect(await ask('run', 'renice', ['-n', '19', '-p', String(pid)])).not.toMatchObject({ status: 0 });
    expect(await ask('run', 'taskset', ['-p', '1', String(pid)])).not.toMatchObject({ status: 0 });
  });

  test('has an environment without secrets of the host', async () => {
    const environment = (await ask('environment')) as Record<string, string>;

    expect(JSON.stringify(environment)).not.toContain('hunter2');
    expect(environment).toMatchObject({ E2B_SANDBOX_ID: 'a', USER: 'user', HOME: await home('a') });
  });

  test('runs programs, shells and Node itself', async () => {
    expect(await ask('run', 'sh', ['-c', 'echo one | cat; node -p "6 * 7"'])).toMatchObject({
      stdout: 'one\n42\n',
    });
    expect(await ask('fill', join(await home('a'), 'big'), 12)).toEqual({ code: 'EFBIG', written: 8 });
    expect(await ask('allocate', 1200)).not.toMatchObject({ status: 0 });
  });

  test('takes along daemons that ignore signals, and leaves no folder behind', async () => {
    await harness.launch('c');
    const folder = join(await home('c'), '..');
    await harness.ask('c', 'daemonise', 5);
    const tree = (await harness.call('tree', 'c')) as number[];

    const startMs = performance.now();
    await Promise.all([harness.call('kill', 'c'), harness.call('kill', 'c')]);

    expect(performance.now() - startMs).toBeLessThan(MAX_KILL_MS);
    expect(tree.length).toBeGreaterThanOrEqual(7);
    expect(tree.filter(isRunning)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    expect(isRunning(host.victim.pid ?? 0)).toBe(true);
    expect(await ask('run', 'echo', ['fine'])).toMatchObject({ stdout: 'fine\n' });
  });

  test('ends with its agent, whose exit code it tells', async () => {
    await harness.launch('c');
    await harness.ask('c', 'daemonise', 3);
    const tree = (await harness.call('tree', 'c')) as number[];

    void harness.ask('c', 'crash').catch(() => {});

    expect(await harness.call('exited', 'c')).toMatchObject({ code: 137 });
    expect(tree.filter(isRunning)).toEqual([]);
  });

  test('survives a fork bomb in another sandbox, which ends on command', async () => {
    await harness.launch('c', { maxThreads: 32 });
    expect(await harness.ask('c', 'forkBomb')).toBe('started');
    await until('the bomb', async () => ((await harness.call('tree', 'c')) as number[]).length > 10);

    const startMs = performance.now();
    await harness.call('kill', 'c');

    expect(performance.now() - startMs).toBeLessThan(MAX_KILL_MS);
    expect(await ask('run', 'echo', ['fine'])).toMatchObject({ stdout: 'fine\n' });
  });

  test.each(['the launcher', 'the one who watches over it'])('ends when %s is killed', async (victim) => {
    const launcher = await openHarness(runner);
    onTestFinished(() => launcher.close());
    await launcher.choose('landlock');
    const pid = await launcher.launch(`killed-${process.pid}`);
    await launcher.ask(`killed-${process.pid}`, 'daemonise', 5);
    const tree = (await launcher.call('tree', `killed-${process.pid}`)) as number[];
    const place = launcher.temporaryFolder;

    if (victim === 'the launcher') launcher.process.kill('SIGKILL');
    else process.kill(pid, 'SIGKILL');

    await until('the end of all', () => !tree.some(isRunning));
    if (runner === 'an ordinary user')
      await until('the folder', async () => (await readdir(place)).length === 0);
  });

  test('follows at once on a signal that aborted the launch', async () => {
    const request = { sandboxId: 'd', agentFile: harness.agentFile, limits: LIMITS };

    await expect(harness.call('launchAborted', request)).rejects.toThrow();

    if (runner === 'an ordinary user') expect((await readdir(harness.temporaryFolder)).length).toBe(2);
  });
});

describe.skipIf(!canRun).each(RUNNERS)('A sandbox by landlock as %s, with a Node outside /usr', (runner) => {
  test.each(['root', 'runner'] as const)('runs the Node of %s and cannot change its mode', async (nodeOf) => {
    const harness = await openHarness(runner, { nodeOf });
    onTestFinished(() => harness.close());
    const node = join(harness.folder, 'node');
    await harness.choose('landlock');
    await harness.launch('a');

    // By the path, and by what its own link leads to.
    for (const path of [`"${node}"`, '"$ENV{HOME}/../iris/bin/node"']) {
      const program = `open(N, "<", ${path}) or exit; chmod(04755, *N)`;
      await harness.ask('a', 'run', 'perl', ['-e', program]);
    }

    expect((await stat(node)).mode & 0o7777).toBe(0o755);
  });
});

describe.skipIf(!canRun).each(RUNNERS)('Where %s may make no namespaces', (runner) => {
  test('the ladder ends at landlock, which says why, and a sandbox runs there', async () => {
    const harness = await openHarness(runner, { isConfined: true });
    onTestFinished(() => harness.close());

    expect(await harness.choose('auto')).toMatchObject({
      rung: 'landlock',
      reason: expect.stringMatching(/landlock passed its probe.*(namespaces|not permitted)/),
    });
    await harness.launch('a');
    expect(await harness.ask('a', 'run', 'echo', ['fine'])).toMatchObject({ stdout: 'fine\n' });
    expect(await harness.ask('a', 'read', '/etc/shadow')).toBe('EACCES');
    await harness.call('kill', 'a');
  });

  test('nothing is run when namespaces are required', async () => {
    const harness = await openHarness(runner, { isConfined: true });
    onTestFinished(() => harness.close());

    await expect(harness.call('choose', { wanted: 'auto', required: 'namespaces' })).rejects.toThrow(
      /ISOLATION_UNAVAILABLE.*as much as .*namespaces.*E2B_API_KEY.*--require-isolation any/,
    );
  });
});

interface HostSide {
  readonly victim: ChildProcess;
  readonly folder: string;
  /** Anybody may read it. */
  readonly key: string;
  /** Anybody may read and write it. */
  readonly open: string;
  readonly port: number;
  readonly socketPath: string;
  readonly abstractName: string;
  close(): Promise<void>;
}

/** What a sandbox must not reach: files, a process and services, none of which the kernel's own modes protect. */
async function openHostSide(harness: Harness): Promise<HostSide> {
  const folder = await mkdtemp(join(tmpdir(), 'iris-host-'));
  const key = join(folder, 'id_ed25519');
  const open = join(folder, 'open');
  await chmod(folder, 0o777);
  await writeFile(key, 'PRIVATE', { mode: 0o644 });
  await writeFile(open, 'OPEN');
  await chmod(open, 0o666);
  const socketPath = join(folder, 'service.sock');
  const abstractName = `iris-landlock-${process.pid}-${harness.process.pid}`;
  const victim = spawn('sleep', ['60'], { stdio: 'ignore' });
  const [tcp, unix, abstract] = [createServer(), createServer(), createServer()] as const;
  await Promise.all([
    listen(tcp, { port: 0, host: '::' }),
    listen(unix, { path: socketPath }),
    listen(abstract, { path: `\0${abstractName}` }),
  ]);
  await chmod(socketPath, 0o777);
  const address = tcp.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    victim,
    folder,
    key,
    open,
    port,
    socketPath,
    abstractName,
    async close() {
      victim.kill('SIGKILL');
      for (const server of [tcp, unix, abstract]) server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function listen(server: Server, where: { port?: number; host?: string; path?: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, resolve);
  });
}
