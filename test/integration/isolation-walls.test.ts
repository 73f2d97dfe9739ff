import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile, chmod } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHarness, type Harness } from '../fixtures/hostile/open-harness.ts';
import { testedRungs } from '../fixtures/hostile/rungs.ts';

const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

describe.each(testedRungs())('A sandbox by $title', ({ rung, runner, missing }) => {
  let host: HostSide;
  let harness: Harness;
  const ask = (attempt: string, ...args: unknown[]): Promise<unknown> => harness.ask('a', attempt, ...args);

  beforeAll(async () => {
    if (missing !== undefined) return;
    host = await openHostSide();
    harness = await openHarness(runner);
    await harness.choose(rung);
    await Promise.all([harness.launch('a'), harness.launch('b')]);
  }, 20_000);

  afterAll(async () => {
    await harness?.close();
    await host?.close();
  });

  const it = test.skipIf(missing !== undefined);

  it('shows a root folder of its own', async () => {
    const root = await ask('list', '/');

    const known = [
      'bin',
      'dev',
      'etc',
      'home',
      'lib',
      'lib32',
      'lib64',
      'libx32',
      'opt',
      'proc',
      'run',
      'sbin',
      'tmp',
      'usr',
    ];
    expect(root).toSatisfy((names: string[]) => names.every((name) => known.includes(name)));
    expect(await ask('list', '/home')).toEqual(['user']);
    expect(await ask('list', '/home/user')).toEqual([]);
    expect(await ask('list', '/opt/iris')).toEqual(['agent.cjs', 'bin', 'spare.mjs']);
    expect(await ask('list', '/etc')).toSatisfy(
      (names: string[]) => !names.includes('shadow') && names.length <= 9,
    );
  });

  it('runs as an ordinary user that cannot become root', async () => {
    expect(await ask('identity')).toEqual({ uid: 1000, gid: 1000, home: '/home/user', cwd: '/home/user' });
    expect(await ask('become', 0)).toMatch(/EINVAL|EPERM/);
    const status = String(await ask('read', '/proc/self/status'));
    expect(status).toMatch(/^CapEff:\s+0+$/m);
    expect(status).toMatch(/^CapBnd:\s+0+$/m);
    expect(status).toMatch(/^CapAmb:\s+0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(status).toMatch(/^Seccomp:\s+2$/m);
  });

  it('cannot read the files of the host', async () => {
    expect(await ask('read', '/etc/shadow')).toBe('ENOENT');
    expect(await ask('read', host.sshKey)).toBe('ENOENT');
    expect(await ask('read', harness.agentFile)).toBe('ENOENT');
    expect(await ask('list', '/root')).toBe('ENOENT');
    expect(await ask('read', '/dev/kmsg')).toBe('ENOENT');
    expect(await ask('list', '/sys')).toBe('ENOENT');
  });

  it('finds nothing of the host through a symlink or the root of a process', async () => {
    await ask('linkTo', '/etc/shadow', '/home/user/evil');

    expect(await ask('read', '/home/user/evil')).toBe('ENOENT');
    expect(await ask('read', '/proc/1/root/etc/shadow')).toMatch(/ENOENT|EACCES/);
    expect(await ask('read', `/proc/${host.victim.pid}/environ`)).toBe('ENOENT');
  });

  it('cannot read the home folder of another sandbox', async () => {
    await harness.ask('b', 'write', '/home/user/secret', 'B-SECRET');
    await harness.ask('b', 'write', '/tmp/secret', 'B-SECRET');

    expect(await ask('read', '/home/user/secret')).toBe('ENOENT');
    expect(await ask('read', '/tmp/secret')).toBe('ENOENT');
  });

  it('cannot read the environment of the host, not even in /proc/1/environ', async () => {
    const environment = JSON.stringify([await ask('environment'), await ask('read', '/proc/1/environ')]);

    expect(environment).toContain('E2B_SANDBOX_ID');
    expect(environment).not.toContain('hunter2');
    expect(environment).not.toContain('NODE_');
  });

  it('has exactly the environment that iris promises', async () => {
    expect(await ask('environment')).toEqual({
      PATH: '/opt/iris/bin:/usr/local/bin:/usr/bin:/bin',
      HOME: '/home/user',
      PWD: expect.any(String),
      USER: 'user',
      LOGNAME: 'user',
      LANG: 'C.UTF-8',
      E2B_SANDBOX: 'true',
      E2B_SANDBOX_ID: 'a',
    });
  });

  it('can write to its home, /tmp and /dev/shm alone', async () => {
    for (const folder of ['/home/user', '/tmp', '/dev/shm']) {
      expect(await ask('write', `${folder}/file`)).toBe('written');
    }
    for (const folder of [
      '/',
      '/usr',
      '/usr/bin',
      '/etc',
      '/dev',
      '/run',
      '/home',
      '/opt/iris',
      '/opt/iris/bin',
      '/lib',
    ]) {
      expect(await ask('write', join(folder, 'written-by-a-test'))).toMatch(/EROFS|EACCES/);
    }
    expect(await ask('write', '/opt/iris/agent.cjs')).toMatch(/EROFS|EACCES/);
    expect(await ask('write', '/opt/iris/bin/node')).toMatch(/EROFS|EACCES|ETXTBSY/);
  });

  it('cannot write to the settings of the kernel', async () => {
    for (const name of [
      'kernel/core_pattern',
      'kernel/modprobe',
      'vm/overcommit_memory',
      'user/max_user_namespaces',
    ]) {
      expect(await ask('openForWriting', `/proc/sys/${name}`)).toMatch(/EACCES|EROFS|ENOENT/);
    }
    expect(await ask('openForWriting', '/proc/sysrq-trigger')).toMatch(/EACCES|EROFS|ENOENT/);
  });

  it('has no devices but the harmless ones', async () => {
    const harmless = [
      'core',
      'fd',
      'full',
      'null',
      'ptmx',
      'pts',
      'random',
      'shm',
      'stderr',
      'stdin',
      'stdout',
      'tty',
      'urandom',
      'zero',
    ];

    expect(await ask('list', '/dev')).toSatisfy((names: string[]) =>
      names.every((name) => harmless.includes(name)),
    );
    expect(await ask('openForWriting', '/dev/null')).toBe('opened');
  });

  it('sees no process of the host and reaches none with a signal', async () => {
    const processes = await ask('processes');

    expect(processes).toHaveLength(2);
    // Node 24 names its main thread.
    expect(processes).toMatchObject([
      { pid: 1, name: 'sh' },
      { name: expect.stringMatching(/^(node|MainThread)$/) },
    ]);
    const victim = await harness.call('victim');
    expect(await ask('signal', victim)).toBe('ESRCH');
    expect(await ask('signal', host.victim.pid)).toBe('ESRCH');
  });

  it('has a loopback interface and nothing else', async () => {
    expect(await ask('interfaces')).toEqual(['lo']);
    expect(await ask('read', '/proc/net/dev')).not.toMatch(/eth|wlan|ens|enp/);
  });

  it('cannot connect to the services of the host', async () => {
    const { port } = host;

    expect(await ask('connect', { host: '127.0.0.1', port })).toBe('ECONNREFUSED');
    expect(await ask('connect', { host: '::1', port })).toMatch(/ECONNREFUSED|EADDRNOTAVAIL|ENETUNREACH/);
    expect(await ask('connect', { path: host.socketPath })).toBe('ENOENT');
    expect(await ask('connect', { path: `\0${host.abstractName}` })).toBe('ECONNREFUSED');
  });

  it('has no way out to a network', async () => {
    expect(await ask('connect', { host: '192.0.2.1', port: 80 })).toBe('ENETUNREACH');
    expect(await ask('connect', { host: 'example.com', port: 80 })).toMatch(/EAI_AGAIN|ENOTFOUND/);
  });

  it('may not make the calls that reach beyond a sandbox', async () => {
    const { x32_getpid = ENOSYS, clone3, unknown_call, ...calls } = errnosOf(await ask('syscalls'));
    const { socket_vsock, socket_packet, socket_alg, socket_netfilter, socket_netlink_route, ...others } =
      calls;

    expect([x32_getpid, clone3, unknown_call]).toEqual([ENOSYS, ENOSYS, ENOSYS]);
    expect([socket_vsock, socket_packet, socket_alg, socket_netfilter]).toEqual(Array(4).fill(EAFNOSUPPORT));
    expect(socket_netlink_route).toBe(0);
    expect(Object.keys(others).length).toBeGreaterThan(20);
    expect(new Set(Object.values(others))).toEqual(new Set([EPERM]));
  });

  it('cannot make namespaces with the tools of the host', async () => {
    expect(await ask('run', 'unshare', ['--user', '--map-root-user', 'true'])).toMatchObject({ status: 1 });
    expect(await ask('run', 'mount', ['-t', 'tmpfs', 'x', '/tmp'])).not.toMatchObject({ status: 0 });
    expect(await ask('run', 'nsenter', ['-t', '1', '-m', 'true'])).not.toMatchObject({ status: 0 });
  });

  it('inherits the standard descriptors, the transport and nothing else', async () => {
    const descriptors = Object.entries(stringsOf(await ask('descriptors')));

    // Whoever runs the tests may leak descriptors of their own; those arrive as /dev/null.
    const own = descriptors.filter(([fd, target]) => Number(fd) <= 3 || target !== '/dev/null');
    expect(Object.fromEntries(own)).toEqual({
      0: '/dev/null',
      1: '/dev/null',
      2: expect.stringMatching(/^(socket|pipe):/),
      3: expect.stringMatching(/^socket:/),
    });
  });
});

interface HostSide {
  readonly victim: ChildProcess;
  readonly sshKey: string;
  readonly port: number;
  readonly socketPath: string;
  readonly abstractName: string;
  close(): Promise<void>;
}

/** What a sandbox must not reach: a process, a key that anybody may read, and services. */
async function openHostSide(): Promise<HostSide> {
  const folder = await mkdtemp(join(tmpdir(), 'iris-host-'));
  const sshKey = join(folder, '.ssh', 'id_ed25519');
  await chmod(folder, 0o755);
  await mkdir(join(folder, '.ssh'));
  await writeFile(sshKey, 'PRIVATE', { mode: 0o644 });
  const socketPath = join(folder, 'service.sock');
  const abstractName = `iris-test-${process.pid}`;
  const victim = spawn('sleep', ['60'], { stdio: 'ignore' });
  const servers = [createServer(), createServer(), createServer()] as const;
  const [tcp, unix, abstract] = servers;
  await Promise.all([
    listen(tcp, { port: 0, host: '::' }),
    listen(unix, { path: socketPath }),
    listen(abstract, { path: `\0${abstractName}` }),
  ]);
  await chmod(socketPath, 0o777);
  const address = tcp.address();
  return {
    victim,
    sshKey,
    port: typeof address === 'object' && address !== null ? address.port : 0,
    socketPath,
    abstractName,
    async close() {
      victim.kill('SIGKILL');
      servers.forEach((server) => server.close());
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

function stringsOf(value: unknown): Record<string, string> {
  return value as Record<string, string>;
}

function errnosOf(value: unknown): Record<string, number> {
  return value as Record<string, number>;
}
