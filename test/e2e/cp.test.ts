import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { openTerminal } from '../support/terminal.ts';
import { IRIS_BIN, openWorkspace, type Workspace } from '../support/workspace.ts';

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
  await space.write({ 'x.ts': 'console.log("x")', '.irisrc': '' });
  await space.iris(['run', 'x.ts']);
});
afterAll(async () => {
  await space[Symbol.asyncDispose]();
});

/** Runs a line of shell in the sandbox and gives what it wrote. */
async function inside(line: string): Promise<string> {
  const { stdout, stderr, exitCode } = await space.iris(['sandbox', 'exec', '--', 'sh', '-c', line]);
  expect([exitCode, String(stderr)]).toEqual([0, '']);
  return String(stdout);
}

async function cp(
  ...words: string[]
): Promise<{ exitCode: number | undefined; stderr: string; stdout: string }> {
  const { exitCode, stderr, stdout } = await space.iris(['cp', ...words]);
  return { exitCode, stderr: String(stderr), stdout: String(stdout) };
}

describe('one file', () => {
  test('goes in and comes back byte for byte, with its bit for programs', async () => {
    const bytes = randomBytes(300_000);
    await space.write({ 'data.bin': bytes, 'tool.sh': '#!/bin/sh\necho ran' });
    await chmod(join(space.dir, 'tool.sh'), 0o755);

    const sent = await cp('data.bin', 'default:in/data.bin');
    await cp('tool.sh', 'default:');
    const back = await cp('default:/home/user/in/data.bin', 'back.bin');
    await cp(':tool.sh', 'made/');

    expect(sent).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'iris: copied 1 file, 293KB: data.bin to default:in/data.bin\n',
    });
    expect(back.exitCode).toBe(0);
    expect((await readFile(join(space.dir, 'back.bin'))).equals(bytes)).toBe(true);
    expect(await inside('./tool.sh')).toBe('ran\n');
    const { mode } = await stat(join(space.dir, 'made/tool.sh'));
    expect(mode & 0o777).toBe(0o777 & ~process.umask() & 0o755);
  });

  test('passes through standard input and output', async () => {
    const sent = await space.iris(['cp', '-', 'default:piped.txt'], { stdin: 'pipe', input: 'hello\n' });
    const back = await cp('default:piped.txt', '-');
    const folder = await cp('default:.', '-');

    expect([sent.exitCode, back.stdout]).toEqual([0, 'hello\n']);
    expect([folder.exitCode, folder.stderr]).toEqual([73, expect.stringContaining('is a directory')]);
  });

  test('goes into a directory that is there, under its name', async () => {
    await inside('mkdir -p there');
    await space.write({ 'named.txt': 'n' });
    await mkdir(join(space.dir, 'local'), { recursive: true });

    await cp('named.txt', 'default:there');
    await cp('default:there/named.txt', 'local');

    expect(await inside('cat there/named.txt')).toBe('n');
    expect(await readdir(join(space.dir, 'local'))).toEqual(['named.txt']);
  });

  test('replaces what is there, or leaves it alone with --no-clobber', async () => {
    await space.write({ 'new.txt': 'new', 'old.txt': 'old' });
    await inside('printf inside > kept.txt');

    const kept = await cp('-n', 'default:kept.txt', 'old.txt');
    await cp('-n', 'new.txt', 'default:kept.txt');
    const before = [await readFile(join(space.dir, 'old.txt'), 'utf8'), await inside('cat kept.txt')];
    await cp('default:kept.txt', 'old.txt');
    await cp('new.txt', 'default:kept.txt');
    const after = [await readFile(join(space.dir, 'old.txt'), 'utf8'), await inside('cat kept.txt')];

    expect(kept.stderr).toContain('left 1 alone');
    expect([before, after]).toEqual([
      ['old', 'inside'],
      ['inside', 'new'],
    ]);
  });

  test('a name with a line break stays one', async () => {
    await inside(`mkdir -p odd && printf 1 > "$(printf 'odd/a\\nb')" && printf 2 > 'odd/ö "x"'`);

    await cp('default:odd', 'odd');

    expect((await readdir(join(space.dir, 'odd'))).toSorted()).toEqual(['a\nb', 'ö "x"']);
  });
});

describe('directories', () => {
  test('go both ways with files, empty directories and links that stay inside', async () => {
    await space.write({ 'tree/a/b/c.txt': 'c', 'tree/d.txt': 'd' });
    await mkdir(join(space.dir, 'tree/empty'));
    await symlink('../d.txt', join(space.dir, 'tree/a/link'));

    const sent = await cp('--json', 'tree', 'default:tree');
    await cp('default:tree', 'tree-back');
    await cp('default:tree', 'tree-back');
    await cp('default:tree/.', 'flat/');

    expect(JSON.parse(sent.stdout)).toMatchObject({
      sandbox: { name: 'default' },
      files: 2,
      directories: 4,
      links: 1,
      bytes: 2,
      skipped: [],
    });
    const back = join(space.dir, 'tree-back');
    expect((await readdir(back)).toSorted()).toEqual(['a', 'd.txt', 'empty', 'tree']);
    expect(await readlink(join(back, 'a/link'))).toBe('../d.txt');
    expect(await readFile(join(back, 'tree/a/b/c.txt'), 'utf8')).toBe('c');
    expect((await readdir(join(space.dir, 'flat'))).toSorted()).toEqual(['a', 'd.txt', 'empty']);
  });

  test('local links that lead out are left out, and followed where they are named', async () => {
    await space.write({ 'outside/secret.txt': 's', 'led/own.txt': 'o' });
    await symlink(join(space.dir, 'outside'), join(space.dir, 'led/absolute'));
    await symlink('../outside/secret.txt', join(space.dir, 'led/relative'));
    await symlink('outside', join(space.dir, 'alias'));

    const sent = await cp('led', 'default:led');
    await cp('alias', 'default:alias');

    expect(sent.stderr).toContain('left out relative: a link that leads out of the directory');
    expect(await inside('ls led')).toBe('own.txt\n');
    expect(await inside('cat alias/secret.txt')).toBe('s');
  });
});

describe('what a sandbox may do to this machine', () => {
  test('links that lead out are not made, and nothing is written through those that are there', async () => {
    await space.write({ 'victim/safe.txt': 'safe' });
    await inside(`mkdir -p bad/sub evil/way && cd bad && ln -s /etc abs && ln -s ../../victim up &&
      ln -s sub/../../victim round && ln -s sub in && printf 1 > ok.txt && printf evil > ../evil/way/safe.txt`);
    await mkdir(join(space.dir, 'got'));
    await symlink('../victim', join(space.dir, 'got/way'));

    const copied = await cp('default:bad', 'bad');
    const through = await cp('default:evil/.', 'got');

    expect((await readdir(join(space.dir, 'bad'))).toSorted()).toEqual(['in', 'ok.txt', 'sub']);
    expect(copied.stderr.match(/leads out/g)).toHaveLength(3);
    expect([through.exitCode, through.stderr]).toEqual([73, expect.stringContaining('got/way')]);
    expect(await readFile(join(space.dir, 'victim/safe.txt'), 'utf8')).toBe('safe');
  });

  test('a file takes the place of a link and leaves alone what it led to', async () => {
    await space.write({ 'precious.txt': 'precious' });
    await inside('mkdir -p swap && printf new > swap/file.txt');
    await mkdir(join(space.dir, 'swap'));
    await symlink('../precious.txt', join(space.dir, 'swap/file.txt'));

    await cp('default:swap/.', 'swap');

    expect(await readFile(join(space.dir, 'precious.txt'), 'utf8')).toBe('precious');
    expect((await lstat(join(space.dir, 'swap/file.txt'))).isFile()).toBe(true);
  });

  test('pipes and sockets are left out, and nothing waits for them', async () => {
    await inside('mkdir -p mixed && mkfifo mixed/pipe && printf 1 > mixed/file');

    const copied = await cp('default:mixed', 'mixed');

    expect([copied.exitCode, copied.stderr]).toEqual([0, expect.stringContaining('left out pipe')]);
    expect(await readdir(join(space.dir, 'mixed'))).toEqual(['file']);
  });
});

describe('what goes wrong', () => {
  test.each([
    [['x.ts', 'nobody:x.ts'], 69, 'There is no sandbox nobody'],
    [['default:none', 'here'], 66, 'There is no /home/user/none in sandbox default'],
    [['none', 'default:here'], 66, 'There is no'],
    [['x.ts', 'y.ts'], 64, 'None of the paths lies in a sandbox'],
    [['C:\\x', 'y.ts'], 64, 'None of the paths lies in a sandbox'],
    [['a:x', 'b:y'], 64, 'Both paths lie in sandboxes'],
    [['-', 'default:/tmp'], 73, '/tmp in sandbox default is a directory'],
    [['x.ts', 'default:/etc/passwd'], 74, 'No permission for /etc/passwd in sandbox default'],
    [['.', 'default:/etc/passwd'], 73, 'is no directory'],
    [['default:/etc', 'x.ts'], 73, 'x.ts on this machine is no directory'],
    [['default:/dev/null', 'null'], 73, 'neither a file nor a directory'],
  ])('%j ends with %i', async (words, exitCode, text) => {
    const { exitCode: ended, stderr } = await cp(...words);

    expect(stderr).toContain(text);
    expect(ended).toBe(exitCode);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });
});

test('a sandbox that is full says so, and keeps no half of a file', async () => {
  const env = { ...space.env, IRIS_LIMITS_FILE_SIZE: '1MB' };
  await space.iris(['run', '--sandbox', 'small', 'x.ts'], { env });
  await space.write({ 'large.bin': Buffer.alloc(3_000_000) });

  const { exitCode, stderr } = await space.iris(['cp', 'large.bin', 'small:'], { env });
  const { stdout } = await space.iris(['sandbox', 'exec', 'small', '--', 'ls', '-A'], { env });

  expect([exitCode, stderr]).toEqual([
    74,
    expect.stringContaining('There is no room for /home/user/large.bin'),
  ]);
  expect(stdout).toBe('.iris\n');
});

test('a terminal shows how far it is, and then what was copied', async () => {
  const words = [
    'sh',
    '-c',
    '(head -c 3000000 /dev/zero; sleep 1; echo) | "$0" "$@" cp - :slow',
    process.execPath,
  ];
  using terminal = openTerminal([...words, IRIS_BIN], { cwd: space.dir, env: space.env });

  await terminal.see('iris: copying, 0 done, ');
  await terminal.see('copied 1 file, 2.9MB: - to :slow');
  expect((await terminal.ended).exitCode).toBe(0);
});

test('100 MB stay out of the memory of the daemon, and a copy that is cut off leaves nothing', async () => {
  const big = join(space.dir, 'big.bin');
  await writeFile(big, Buffer.alloc(100 * 1024 * 1024, 'iris'));
  const digest = createHash('sha256').update(readFileSync(big)).digest('hex');
  const { pid } = JSON.parse(String((await space.iris(['daemon', 'status', '--json'])).stdout));
  let peakKb = 0;
  const watch = setInterval(() => {
    const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    peakKb = Math.max(peakKb, Number(rss ?? 0));
  }, 5);
  const before = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

  const sent = await cp('big.bin', 'default:big.bin');
  const arrived = await inside('sha256sum big.bin');
  const back = await cp('default:big.bin', 'big-back.bin');
  clearInterval(watch);
  const sentFiles = async (): Promise<string> => await inside('ls -A sent 2>/dev/null || true');
  const cutFiles = async (): Promise<string[]> => await readdir(join(space.dir, 'cut')).catch(() => []);
  const halfSent = space.iris(['cp', 'big.bin', 'default:sent/big.bin']);
  await until('the first bytes in the sandbox', async () => (await sentFiles()) !== '');
  halfSent.kill('SIGINT');
  await halfSent;
  await until('the sandbox to be as before', async () => (await sentFiles()) === '');
  const cut = space.iris(['cp', 'default:big.bin', 'cut/big.bin']);
  await until('the first bytes', async () => (await cutFiles()).length > 0);
  cut.kill('SIGINT');
  await cut;
  await until('the end of the temporary file', async () => (await cutFiles()).length === 0);

  expect([sent.exitCode, back.exitCode]).toEqual([0, 0]);
  expect(arrived).toContain(digest);
  expect(
    createHash('sha256')
      .update(await readFile(join(space.dir, 'big-back.bin')))
      .digest('hex'),
  ).toBe(digest);
  // Held whole it would be 100 MB, and a third more on its way.
  expect(peakKb - before).toBeLessThan(95_000);
});
