import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { areFresh, areSettled, takeStamps } from '../../../../src/executor/bundle/file-stamps.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('areFresh() notices a change, a deletion and a file that appears', async () => {
  await using dir = await tempDir();
  const [kept, missing] = [join(dir.path, 'a.txt'), join(dir.path, 'b.txt')];
  await writeFile(kept, 'one');
  const stamps = takeStamps({ files: [kept, missing], folders: [] });
  expect(areFresh(stamps)).toBe(true);

  await writeFile(kept, 'longer');
  expect(areFresh(stamps)).toBe(false);
  const later = takeStamps({ files: [kept, missing], folders: [] });
  await writeFile(missing, '');
  expect(areFresh(later)).toBe(false);
  await rm(missing);
  expect(areFresh(later)).toBe(true);
  await rm(kept);
  expect(areFresh(later)).toBe(false);
});

test('areFresh() minds new scripts and folders in a folder, not other files', async () => {
  await using dir = await tempDir();
  const stamps = takeStamps({ files: [], folders: [dir.path] });

  await writeFile(join(dir.path, 'output.json'), '{}');
  expect(areFresh(stamps)).toBe(true);
  await mkdir(join(dir.path, 'folder'));
  expect(areFresh(stamps)).toBe(false);
  const later = takeStamps({ files: [], folders: [dir.path] });
  await writeFile(join(dir.path, 'a.ts'), '');
  expect(areFresh(later)).toBe(false);
});

test('areSettled() mistrusts a file that changed within a tick of the clock', async () => {
  await using dir = await tempDir();
  const file = join(dir.path, 'a.txt');
  await writeFile(file, 'one');
  const settledSince = async (changedMs: number, sinceMs: number) => {
    await utimes(file, changedMs / 1000, changedMs / 1000);
    return areSettled(takeStamps({ files: [file, `${file}.gone`], folders: [] }), sinceMs);
  };

  const second = 1_767_000_000_000;
  expect(await settledSince(second + 500, second + 500)).toBe(false);
  expect(await settledSince(second + 500, second + 510)).toBe(false);
  expect(await settledSince(second + 500, second + 600)).toBe(true);
  expect(await settledSince(second, second + 1_500)).toBe(false);
  expect(await settledSince(second, second + 2_500)).toBe(true);
  expect(await settledSince(second + 500, second + 100)).toBe(false);
});
