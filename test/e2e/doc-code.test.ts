import { existsSync } from 'node:fs';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { docBlocks } from '../support/doc-blocks.ts';
import { tempDir } from '../support/temp-dir.ts';

/** Checking the types of all dependencies takes a busy machine its time. */
const COMPILER_MS = 240_000;
const CONFIG = {
  compilerOptions: {
    target: 'ES2023',
    lib: ['ES2023', 'ESNext.Disposable'],
    module: 'NodeNext',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  },
};

test('the programs in the docs compile against the package', { timeout: COMPILER_MS }, async () => {
  await using dir = await tempDir();
  const installed = join(dir.path, 'node_modules/iris-prime');
  await mkdir(installed, { recursive: true });
  await cp('package.json', join(installed, 'package.json'));
  await cp('dist/types', join(installed, 'dist/types'), { recursive: true });
  for (const name of ['@types', '@e2b', 'e2b', 'undici-types'])
    await symlink(resolve('node_modules', name), join(dir.path, 'node_modules', name));
  await writeFile(join(dir.path, 'package.json'), '{"type":"module"}');
  await writeFile(join(dir.path, 'tsconfig.json'), JSON.stringify(CONFIG));
  const blocks = docBlocks('ts');
  const pages = [...new Set(blocks.map(({ page }) => page))];
  for (const page of pages) {
    // What a page shows goes on from block to block.
    const code = blocks.flatMap((block) => (block.page === page ? [block.code] : [])).join('\n');
    await writeFile(join(dir.path, `${page.replaceAll('/', '-')}.ts`), code);
  }

  const tsc = resolve('node_modules/typescript/bin/tsc');
  const { stdout } = await execa(process.execPath, [tsc, '-p', dir.path], { reject: false });

  expect(pages.length).toBeGreaterThan(2);
  expect(stdout).toBe('');
});

test.skipIf(!existsSync('/usr/bin/python3'))('the Python in the docs compiles', async () => {
  for (const { code } of docBlocks('python')) {
    const checked = await execa('/usr/bin/python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], {
      input: code,
      reject: false,
    });

    expect(checked.stderr).toBe('');
  }
});
