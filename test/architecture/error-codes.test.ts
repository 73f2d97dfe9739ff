import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/core/error-codes.ts';
import { readSources, ROOT } from './sources.ts';

/** Codes that nothing in src fails with so far; a code that comes into use has to leave this list. */
const UNUSED: readonly string[] = [];

test('every error code is documented', async () => {
  const page = await readFile(join(ROOT, 'docs/reference/errors.md'), 'utf8');

  expect(Object.keys(ERROR_CODES).filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});

test('every error code is used in src, but for those that are listed here', () => {
  const code = readSources()
    .filter((source) => source.path !== 'src/core/error-codes.ts')
    .flatMap((source) => source.code)
    .join('\n');

  expect(Object.keys(ERROR_CODES).filter((name) => !code.includes(`'${name}'`))).toEqual(UNUSED);
});
