import { readdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

const WRITES = `
import { mkdirSync, writeFileSync } from 'node:fs';
mkdirSync('out/deep', { recursive: true });
writeFileSync('out/a.csv', 'a,b');
writeFileSync('out/deep/b.csv', '1');
writeFileSync('out/run.sh', '#!/bin/sh', { mode: 0o755 });
writeFileSync('other.txt', 'x');
console.log('done');
process.exitCode = Number(process.argv[2] ?? 0);
`;

let space: Workspace;
beforeEach(async () => {
  space = await openWorkspace();
  await space.write({ 'x.ts': WRITES, '.irisrc': '' });
});
afterEach(async () => {
  await space[Symbol.asyncDispose]();
});

async function run(
  ...words: string[]
): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }> {
  const { exitCode, stdout, stderr } = await space.iris(['run', ...words]);
  return { exitCode, stdout: String(stdout), stderr: String(stderr) };
}

describe('iris run --pull', () => {
  test('brings back what matches, under its path and with its permissions', async () => {
    const ran = await run('-q', '--new', '--rm', '--pull', 'out/**/*.csv', '--pull', 'out/*.sh', 'x.ts');

    expect(ran).toEqual({ exitCode: 0, stdout: 'done\n', stderr: '' });
    expect(await readFile(join(space.dir, 'out/deep/b.csv'), 'utf8')).toBe('1');
    expect((await readdir(join(space.dir, 'out'))).toSorted()).toEqual(['a.csv', 'deep', 'run.sh']);
    expect((await stat(join(space.dir, 'out/run.sh'))).mode & 0o777).toBe(0o755 & ~process.umask());
    expect((await readdir(space.dir)).toSorted()).toEqual(['.irisrc', 'out', 'x.ts']);
  });

  test('a run that fails or takes too long brings back as much, and its exit code stays', async () => {
    await space.write({ 'slow.ts': `${WRITES}\nsetInterval(() => undefined, 1000);` });

    const failed = await run('--pull', '*.txt', '--pull-to', 'failed', 'x.ts', '3');
    const slow = await run('--rm', '--timeout', '1s', '--pull', '*.txt', '--pull-to', 'slow', 'slow.ts');

    expect([failed.exitCode, slow.exitCode]).toEqual([3, 124]);
    expect(await readdir(join(space.dir, 'failed'))).toEqual(['other.txt']);
    expect(await readdir(join(space.dir, 'slow'))).toEqual(['other.txt']);
  });

  test('a glob that matches nothing is told, and makes nothing', async () => {
    const ran = await run('--pull', 'none/*', '--pull', '*.txt', '--pull-to', 'got', 'x.ts');
    const none = await run('--pull', 'none/*', '--pull-to', 'nothing', 'x.ts', '4');

    expect([ran.exitCode, none.exitCode]).toEqual([0, 4]);
    expect(ran.stderr).toContain('iris: --pull none/* matches no file in the sandbox');
    expect(ran.stderr).not.toContain('*.txt');
    expect((await readdir(space.dir)).toSorted()).toEqual(['.irisrc', 'got', 'x.ts']);
  });

  test('says what came with -v, and as JSON', async () => {
    const told = await run('-v', '--pull', 'out/*.csv', 'x.ts');
    const { stdout } = await run('--json', '--pull', 'out/*.csv', '--pull-to', 'j', 'x.ts');

    expect(told.stderr).toContain(`iris: brought back 1 file, 3B, to ${space.dir}\n`);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'exit',
      code: 0,
      pulled: { to: join(space.dir, 'j'), files: 1, bytes: 3, paths: ['out/a.csv'] },
    });
  });

  test('works where the script works, and without the daemon', async () => {
    await space.iris(['run', 'x.ts']);
    const below = await run('--cwd', '/home/user/out', '--pull', '*.csv', '--pull-to', 'below', 'x.ts');
    const own = await run('--no-daemon', '--pull', 'out/*.csv', '--pull-to', 'own', 'x.ts');

    expect([below.exitCode, own.exitCode]).toEqual([0, 0]);
    expect(await readdir(join(space.dir, 'below'))).toEqual(['a.csv']);
    expect(await readdir(join(space.dir, 'own/out'))).toEqual(['a.csv']);
  });

  test('follows no link: not one of the script, and not one that lies here', async () => {
    await space.write({
      'victim/a.csv': 'safe',
      'links.ts': `
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
mkdirSync('out'); mkdirSync('real');
writeFileSync('out/a.csv', 'evil'); writeFileSync('real/b.csv', '1');
symlinkSync('/etc/passwd', 'passwd.csv'); symlinkSync('real', 'alias');`,
    });
    await symlink('victim', join(space.dir, 'out'));

    const ran = await run('--new', '--rm', '--pull', '**/*.csv', 'links.ts');

    expect([ran.exitCode, ran.stderr]).toEqual([
      0,
      expect.stringContaining('out on this machine is no directory'),
    ]);
    expect(await readFile(join(space.dir, 'victim/a.csv'), 'utf8')).toBe('safe');
    expect(await readdir(space.dir)).not.toContain('passwd.csv');
    expect(await readdir(space.dir)).not.toContain('alias');
  });

  test.each([
    [['--pull', '../x'], '--pull ../x cannot be matched'],
    [['--pull', '/etc/*'], '--pull /etc/* cannot be matched'],
    [['--pull', '[z-a]'], '--pull [z-a] cannot be matched'],
    [['--pull-to', 'x'], '--pull-to has nothing to do without --pull'],
  ])('%j is refused before anything runs', async (words, text) => {
    const ran = await run(...words, 'x.ts');

    expect([ran.exitCode, ran.stdout, ran.stderr]).toEqual([64, '', expect.stringContaining(text)]);
  });
});
