import { createHash, randomBytes } from 'node:crypto';
import { TimeoutError } from '@e2b/code-interpreter';
import { expect, test } from 'vitest';
import { useSdkSandbox, type SdkSandbox } from '../support/sdk-sandbox.ts';
import { until } from '../support/until.ts';

let sandbox: SdkSandbox;
useSdkSandbox((opened) => ({ sandbox } = opened));

type PtyOptions = Partial<Parameters<typeof sandbox.pty.create>[0]>;

/** What a terminal has shown so far, one char a byte, and a way to wait for more. */
function openScreen() {
  const chunks: Buffer[] = [];
  const text = (): string => Buffer.concat(chunks).toString('latin1');
  return {
    text,
    onData: (bytes: Uint8Array) => void chunks.push(Buffer.from(bytes)),
    shows: (wanted: string, from = 0) =>
      until(`${wanted} on the screen`, () => text().includes(wanted, from)),
  };
}

/** A shell at a terminal; `type` returns what the screen shows after it, up to the next prompt. */
async function openShell(options: PtyOptions = {}) {
  const screen = openScreen();
  const { envs, ...others } = options;
  const handle = await sandbox.pty.create({
    cols: 80,
    rows: 24,
    timeoutMs: 0,
    onData: screen.onData,
    envs: { PS1: 'READY> ', ...envs },
    ...others,
  });
  await screen.shows('READY> ');
  const send = (text: string | Buffer) => sandbox.pty.sendInput(handle.pid, Buffer.from(text));
  const type = async (text: string, shows = 'READY> ') => {
    const before = screen.text().length;
    await send(text);
    await screen.shows(shows, before);
    return screen.text().slice(before);
  };
  return { handle, type, send, screen };
}

test('a shell at a terminal sees its size, type, device, directory and variables', async () => {
  const { handle, type } = await openShell({ cols: 101, rows: 33, cwd: '/tmp', envs: { MINE: 'yes' } });

  const shown = await type('stty size; echo "$TERM:$USER:$PWD:$MINE:$-"; tty\n');

  expect(shown).toContain('33 101');
  expect(shown).toMatch(/xterm-256color:user:\/tmp:yes:\w*i\w*m/);
  expect(shown).toMatch(/\/dev\/pts\/\d+/);
  expect(await handle.kill()).toBe(true);
});

test('the terminal turns Ctrl-C into a signal for the job in the foreground, and Ctrl-Z stops it', async () => {
  const { handle, type, send, screen } = await openShell();

  await type('echo running; sleep 100\n', 'running\r');
  const interrupted = await type('\x03');
  const code = await type('echo "code $?"\n');
  await type('echo again; sleep 100\n', 'again\r');
  await type('\x1a', 'Stopped');
  const jobs = await type('jobs; kill %1; wait 2>/dev/null; echo all gone\n', 'all gone\r');

  expect(interrupted).toContain('^C');
  expect(code).toContain('code 130');
  expect(jobs).toContain('Stopped');
  await send('\x04');
  await until('the shell to end at Ctrl-D', () => handle.exitCode !== undefined || undefined);
  expect(screen.text()).toContain('logout');
});

test('resize changes the size and tells the program at once', async () => {
  const { handle, type, screen } = await openShell();
  const program = `trap 'echo "now $(stty size)"' WINCH; echo waiting; while :; do sleep 0.05; done`;
  await type(`sh -c '${program.replaceAll("'", `'\\''`)}'\n`, 'waiting\r');

  await sandbox.pty.resize(handle.pid, { cols: 120, rows: 40 });
  await screen.shows('now 40 120');
  await Promise.all([1, 2, 3, 4, 5].map((n) => sandbox.pty.resize(handle.pid, { cols: 100 + n, rows: 50 })));
  await screen.shows('now 50 105');

  await handle.kill();
  await expect(sandbox.pty.resize(handle.pid, { cols: 1, rows: 1 })).rejects.toThrow(/not found/);
});

test('every byte passes unchanged in both directions', async () => {
  const { handle, send, screen } = await openShell();
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  await send(
    `stty raw -echo; echo go''ing; head -c 256 | od -An -v -tu1 -w256; head -c 256 | cat; echo ove''r\n`,
  );
  await screen.shows('going\n');

  await send(bytes);
  await screen.shows(' 255\n');
  await send(bytes);
  await screen.shows('over\n');

  const raw = screen.text().slice(screen.text().indexOf('going\n') + 6);
  expect(raw.slice(0, raw.indexOf('\n')).trim().split(/ +/).map(Number)).toEqual([...bytes]);
  expect(raw).toContain(bytes.toString('latin1'));
  await handle.kill();
});

test('a megabyte of input waits for its slow reader and arrives whole', async () => {
  const { handle, send, screen } = await openShell();
  const bytes = randomBytes(1_000_000);
  await send(`stty raw -echo; echo go''ing; sleep 0.3; head -c 1000000 | md5sum; echo ove''r\n`);
  await screen.shows('going\n');

  await send(bytes);
  await screen.shows('over\n');

  expect(screen.text()).toContain(createHash('md5').update(bytes).digest('hex'));
  await handle.kill();
});

test('many megabytes of output arrive whole and in order', async () => {
  const { handle, screen, send } = await openShell();

  await send('stty -echo -onlcr; echo beg""in; seq 400000; echo en""d\n');
  await screen.shows('end\n');

  const shown = screen.text();
  const numbers = shown
    .slice(shown.indexOf('begin\n') + 6, shown.indexOf('end\n'))
    .trim()
    .split('\n');
  expect(numbers.length).toBe(400_000);
  expect(numbers.every((line, index) => line === String(index + 1))).toBe(true);
  await handle.kill();
});

test('the exit code of the shell is the result, with all that it wrote at last', async () => {
  const { handle, send, screen } = await openShell();

  await send('printf %5000s last; exit 7\n');

  await expect(handle.wait()).rejects.toMatchObject({ exitCode: 7 });
  expect(screen.text()).toMatch(/ {4996}last/);
  expect(await sandbox.pty.kill(handle.pid)).toBe(false);
});

test('kill hangs up on what runs at the terminal and leaves no zombie', async () => {
  const { handle, type } = await openShell();
  await type('echo sta""rt; sleep 4321\n', 'start\r');

  expect(await sandbox.pty.kill(handle.pid)).toBe(true);

  await expect(handle.wait()).rejects.toMatchObject({ exitCode: -1 });
  await until('the terminal to be left', async () => {
    const { stdout } = await sandbox.commands.run(
      'cat /proc/[0-9]*/stat /proc/[0-9]*/cmdline | tr "\\0" " "',
    );
    return !stdout.includes('sleep 4321') && !stdout.includes(' Z ');
  });
});

test('a shell outlives its client, and another one can take over', async () => {
  const { handle, send } = await openShell();
  await handle.disconnect();
  const screen = openScreen();

  const second = await sandbox.pty.connect(handle.pid, { onData: screen.onData });
  await send('echo wel""come; exit\n');

  expect(await second.wait()).toMatchObject({ exitCode: 0 });
  expect(screen.text()).toContain('welcome\r\n');
});

test('two clients see the same screen', async () => {
  const { handle, type } = await openShell();
  const screen = openScreen();
  const second = await sandbox.pty.connect(handle.pid, { onData: screen.onData });

  await type('echo sa""me\n', 'same\r');
  await screen.shows('same\r');

  await second.disconnect();
  await handle.kill();
});

test('the time limit ends the shell', async () => {
  const { handle } = await openShell({ timeoutMs: 700 });

  await expect(handle.wait()).rejects.toBeInstanceOf(TimeoutError);

  await until('the shell to be gone', async () => {
    const listed = await sandbox.commands.list();
    return !listed.some(({ pid }) => pid === handle.pid);
  });
});

test('a process list names the shell; stdin and terminal are not mixed up', async () => {
  const { handle } = await openShell();
  const piped = await sandbox.commands.run('cat', { background: true, stdin: true });

  const listed = await sandbox.commands.list();

  expect(listed).toContainEqual(
    expect.objectContaining({ pid: handle.pid, cmd: '/bin/bash', args: ['-i', '-l'] }),
  );
  await expect(sandbox.commands.sendStdin(handle.pid, 'x')).rejects.toThrow(/stdin/);
  await expect(sandbox.pty.sendInput(piped.pid, Buffer.from('x'))).rejects.toThrow(/no pty/);
  await expect(sandbox.pty.resize(piped.pid, { cols: 80, rows: 24 })).rejects.toThrow(/no pty/);
  await Promise.all([handle.kill(), piped.kill()]);
});

test('a pty of a user who does not exist or in no directory is refused', async () => {
  const create = (options: PtyOptions) =>
    sandbox.pty.create({ cols: 80, rows: 24, onData: () => undefined, ...options });

  await expect(create({ user: 'nobody-here' })).rejects.toThrow("invalid username: 'nobody-here'");
  await expect(create({ cwd: '/no/such' })).rejects.toThrow("cwd '/no/such' does not exist");
  await expect(create({ cols: 70_000 })).rejects.toThrow(/70000 columns/);
});

test('thirty terminals at once each answer their own client, and none stays behind', async () => {
  const terminals = Array.from({ length: 30 }, async (_, index) => {
    const screen = openScreen();
    const handle = await sandbox.pty.create({ cols: 80, rows: 24, onData: screen.onData });
    await sandbox.pty.sendInput(handle.pid, Buffer.from(`echo mine $((${index}+1000)); exit ${index}\n`));
    const { exitCode } = await handle.wait().catch((error: { exitCode?: number }) => error);
    return [exitCode, screen.text().includes(`mine ${index + 1000}\r`)];
  });

  expect(await Promise.all(terminals)).toEqual(terminals.map((_, index) => [index, true]));
  const { stdout } = await sandbox.commands.run('ls /dev/pts');
  expect(stdout).toBe('ptmx\n');
});
