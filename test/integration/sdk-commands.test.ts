import { connect } from 'node:net';
import {
  AuthenticationError,
  CommandExitError,
  InvalidArgumentError,
  NotFoundError,
  TimeoutError,
  type E2B,
} from '@e2b/code-interpreter';
import { expect, test } from 'vitest';
import { encodeEnvelope } from '../../src/core/connect-envelope.ts';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { useSdkSandbox, type SdkSandbox } from '../support/sdk-sandbox.ts';
import { until } from '../support/until.ts';

let host: EmbeddedHost;
let e2b: E2B;
let sandbox: SdkSandbox;
useSdkSandbox((opened) => ({ host, e2b, sandbox } = opened));

/** Whether a process of this command line is left in the sandbox. */
async function runs(words: string): Promise<boolean> {
  const { stdout } = await sandbox.commands.run(
    `for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$f; echo; done`,
  );
  return stdout.split('\n').some((line) => line.trim() === words);
}

test('a command gets its directory, its variables and a login shell', async () => {
  const made = await sandbox.commands.run('mkdir -p "some where"; cd "some where"; pwd');

  const result = await sandbox.commands.run(
    'echo "$A-$B-$HOME-$USER-$PWD"; shopt -q login_shell && echo login',
    {
      cwd: '/home/user/some where',
      envs: { A: 'ä "quoted" $x', B: '' },
    },
  );

  expect(made.stdout).toBe('/home/user/some where\n');
  expect(result.stdout).toBe('ä "quoted" $x--/home/user-user-/home/user/some where\nlogin\n');
});

test('a failing command throws its exit code and all of its output', async () => {
  const failing = sandbox.commands.run('echo out; echo err >&2; exit 42');

  await expect(failing).rejects.toBeInstanceOf(CommandExitError);
  await expect(failing).rejects.toMatchObject({
    exitCode: 42,
    stdout: 'out\n',
    stderr: 'err\n',
    error: 'exit status 42',
  });
});

test('output comes while the command runs, stdout and stderr apart', async () => {
  const seen: string[] = [];
  const handle = await sandbox.commands.run('echo one; read line; echo "two $line" >&2; read line', {
    background: true,
    stdin: true,
    onStdout: (text) => void seen.push(`out ${text}`),
    onStderr: (text) => void seen.push(`err ${text}`),
  });

  await until('the first line', () => seen.includes('out one\n'));
  await handle.sendStdin('x\n');
  await until('the second line', () => seen.includes('err two x\n'));
  await handle.closeStdin();

  await expect(handle.wait()).rejects.toMatchObject({ exitCode: 1 });
});

test('three megabytes arrive whole, and text that is no UTF-8 does not break them', async () => {
  const { stdout } = await sandbox.commands.run(
    'head -c 3000000 /dev/zero | tr "\\0" x; printf "\\xff\\xfe\\xc3"; echo end',
  );

  expect(stdout.length).toBe(3_000_000 + 3 + 4);
  expect(stdout.slice(-7)).toBe('\uFFFD\uFFFD\uFFFDend\n');
});

test('input goes in as text and as bytes, three megabytes of it', async () => {
  const handle = await sandbox.commands.run('wc -c; echo done', { background: true, stdin: true });

  await handle.sendStdin('ä');
  await handle.sendStdin(new Uint8Array(3_000_000));
  await handle.closeStdin();

  expect((await handle.wait()).stdout.trim()).toBe('3000002\ndone');
});

test('without stdin a command reads the end at once, and cannot be sent anything', async () => {
  const { stdout } = await sandbox.commands.run('cat; echo end');
  const handle = await sandbox.commands.run('sleep 60', { background: true });

  expect(stdout).toBe('end\n');
  await expect(sandbox.commands.sendStdin(handle.pid, 'x')).rejects.toThrow(/stdin/);
  expect(await handle.kill()).toBe(true);
  await expect(handle.wait()).rejects.toMatchObject({ exitCode: -1, error: 'signal: killed' });
});

test('a list shows what runs; kill ends it once', async () => {
  const handle = await sandbox.commands.run('sleep 611', {
    background: true,
    envs: { SHOWN: 'yes' },
    cwd: '/tmp',
  });

  const listed = await sandbox.commands.list();

  expect(listed).toContainEqual(
    expect.objectContaining({
      pid: handle.pid,
      cmd: '/bin/bash',
      args: ['-l', '-c', 'sleep 611'],
      envs: { SHOWN: 'yes' },
      cwd: '/tmp',
    }),
  );
  expect(await sandbox.commands.kill(handle.pid)).toBe(true);
  await expect(handle.wait()).rejects.toMatchObject({ exitCode: -1 });
  expect(await sandbox.commands.kill(handle.pid)).toBe(false);
});

test('calls about a process that does not exist say so', async () => {
  await expect(sandbox.commands.connect(999_999)).rejects.toBeInstanceOf(NotFoundError);
  await expect(sandbox.commands.sendStdin(999_999, 'x')).rejects.toBeInstanceOf(NotFoundError);
  await expect(sandbox.commands.closeStdin(999_999)).rejects.toBeInstanceOf(NotFoundError);
  expect(await sandbox.commands.kill(999_999)).toBe(false);
});

test('several clients follow one process, and one that comes late learns the end', async () => {
  const first = await sandbox.commands.run('read line; echo "got $line"; exit 9', {
    background: true,
    stdin: true,
  });
  const others = await Promise.all([1, 2, 3].map(() => sandbox.commands.connect(first.pid)));

  await sandbox.commands.sendStdin(first.pid, 'it\n');
  const ends = await Promise.all(
    [first, ...others].map((each) => each.wait().catch((error: unknown) => error)),
  );
  const late = await sandbox.commands.connect(first.pid);

  for (const end of ends) expect(end).toMatchObject({ exitCode: 9, stdout: 'got it\n' });
  await expect(late.wait()).rejects.toMatchObject({ exitCode: 9 });
});

test('a client that leaves does not end its command; the time limit does', async () => {
  const limited = await sandbox.commands.run('sleep 612', { background: true, timeoutMs: 600 });
  const free = await sandbox.commands.run('sleep 613', { background: true, timeoutMs: 0 });
  await Promise.all([limited.disconnect(), free.disconnect()]);

  await until('the limited command to be gone', async () => !(await runs('sleep 612')));

  expect(await runs('sleep 613')).toBe(true);
  await free.kill();
});

test('a command over its time limit throws a TimeoutError', async () => {
  await expect(sandbox.commands.run('echo begin; sleep 614', { timeoutMs: 400 })).rejects.toBeInstanceOf(
    TimeoutError,
  );
});

test('an aborted request ends the wait, and the sandbox serves on', async () => {
  const controller = new AbortController();
  const running = sandbox.commands.run('echo up; sleep 615', {
    signal: controller.signal,
    onStdout: () => controller.abort(),
  });

  await expect(running).rejects.toThrow();

  expect((await sandbox.commands.run('echo on')).stdout).toBe('on\n');
});

test('a request limit that is short does not cut a command that runs longer', async () => {
  const { stdout } = await sandbox.commands.run('sleep 1; echo late', { requestTimeoutMs: 800 });

  expect(stdout).toBe('late\n');
});

test('a directory or a user that does not exist is named', async () => {
  await expect(sandbox.commands.run('true', { cwd: '/no/such' })).rejects.toBeInstanceOf(
    InvalidArgumentError,
  );
  await expect(sandbox.commands.run('true', { cwd: '/no/such' })).rejects.toThrow(
    "cwd '/no/such' does not exist",
  );
  await expect(sandbox.commands.run('true', { user: 'ghost' })).rejects.toBeInstanceOf(AuthenticationError);
  await expect(sandbox.commands.run('true', { user: 'ghost' })).rejects.toThrow("invalid username: 'ghost'");
});

test('root is a name with the same rights', async () => {
  const root = await sandbox.commands.run('echo $USER $LOGNAME; id -u; test -w ~ && echo writable', {
    user: 'root',
  });
  const user = await sandbox.commands.run('echo $USER; id -u; pwd', { user: 'user' });

  expect(root.stdout).toBe('root root\n1000\nwritable\n');
  expect(user.stdout).toBe('user\n1000\n/home/user\n');
});

test('a process that forks and keeps the pipes does not hold up the end', async () => {
  const startMs = Date.now();

  const { stdout } = await sandbox.commands.run('(setsid sleep 20 &); echo done');

  expect(stdout).toBe('done\n');
  expect(Date.now() - startMs).toBeLessThan(5000);
});

test('two hundred commands, twenty at a time, each get their own result', async () => {
  const outputs: string[] = [];
  for (let base = 0; base < 200; base += 20) {
    const batch = Array.from({ length: 20 }, (_, index) => sandbox.commands.run(`echo ${base + index}`));
    outputs.push(...(await Promise.all(batch)).map(({ stdout }) => stdout.trim()));
  }

  expect(outputs).toEqual(Array.from({ length: 200 }, (_, index) => String(index)));
  expect(
    (await sandbox.commands.run('grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null | wc -l')).stdout.trim(),
  ).toBe('0');
});

test('a client that reads nothing holds its command back and leaves the others alone', async () => {
  let reads = 0;
  let goOn: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  const slow = await sandbox.commands.run(
    'i=0; while [ $i -lt 400 ]; do head -c 65536 /dev/zero; i=$((i+1)); echo $i >count; done',
    {
      background: true,
      onStdout: () => {
        reads += 1;
        return held;
      },
    },
  );
  await until('the first read', () => reads > 0);

  const other = await sandbox.commands.run('head -c 2000000 /dev/zero | wc -c');
  const count = Number((await sandbox.commands.run('sleep 0.5; cat count')).stdout);
  goOn();
  const { stdout } = await slow.wait();

  expect(other.stdout.trim()).toBe('2000000');
  expect(count).toBeLessThan(400);
  expect(stdout.length).toBe(400 * 65_536);
});

test('a sandbox that is killed or ends in mid-stream breaks its streams by a reset', async () => {
  const doomed = await e2b.Sandbox.create();
  const command = await doomed.commands.run('sleep 60', { background: true });
  const pty = await doomed.pty.create({ cols: 80, rows: 24, onData: () => undefined });
  const ends = [command, pty].map((each) => each.wait().catch((error: unknown) => error));
  const socket = connect(Number(new URL(host.url).port), '127.0.0.1');
  const broken = new Promise<Error>((resolve) => socket.once('error', resolve));
  const info = await doomed.getInfo();
  const body = encodeEnvelope(0, Buffer.from(JSON.stringify({ process: { cmd: 'sleep', args: ['60'] } })));
  const begun = new Promise((resolve) => socket.once('data', resolve));
  socket.write(
    `POST /process.Process/Start HTTP/1.1\r\nhost: x\r\ne2b-sandbox-id: ${info.sandboxId}\r\ne2b-sandbox-port: 49983\r\n` +
      `x-access-token: ${tokenOf(doomed)}\r\ncontent-type: application/connect+json\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  socket.write(body);
  await begun;

  await doomed.setTimeout(0);

  expect(await broken).toMatchObject({ code: 'ECONNRESET' });
  for (const end of await Promise.all(ends)) expect(end).toBeInstanceOf(TimeoutError);
});

/** The SDK keeps it to itself. */
function tokenOf(sdkSandbox: SdkSandbox): string {
  const token: unknown = Reflect.get(sdkSandbox, 'envdAccessToken');
  if (typeof token !== 'string') throw new Error('the SDK keeps its token elsewhere');
  return token;
}
