import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { tempDir } from '../support/temp-dir.ts';

/** Checking takes a busy machine its time. */
const COMPILER_MS = 240_000;

test('every template keeps its types, with those of the package', { timeout: COMPILER_MS }, async () => {
  await using dir = await tempDir();
  const installed = join(dir.path, 'node_modules/iris-prime');
  await mkdir(installed, { recursive: true });
  await cp('package.json', join(installed, 'package.json'));
  await cp('dist/types', join(installed, 'dist/types'), { recursive: true });
  await symlink(resolve('node_modules/@types'), join(dir.path, 'node_modules/@types'));
  await cp('templates', join(dir.path, 'templates'), { recursive: true });
  const projects = (await readdir('templates')).filter((name) => name !== 'python');

  const tsc = resolve('node_modules/typescript/bin/tsc');
  const said = await Promise.all(
    projects.map(async (name) => {
      const cwd = join(dir.path, 'templates', name);
      return [name, (await execa(process.execPath, [tsc, '-p', cwd], { reject: false })).stdout];
    }),
  );

  expect(Object.fromEntries(said)).toEqual(Object.fromEntries(projects.map((name) => [name, ''])));
});
