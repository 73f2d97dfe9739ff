import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keyFilePath, readKeyFile, writeKeyFile, type KeyEntry } from '../../../src/config/key-file.ts';
import { tempDir } from '../../support/temp-dir.ts';

const KEY: KeyEntry = { name: 'E2B_API_KEY', at: 'https://x', keptIn: 'file', value: 'e2b_hidden_words' };

async function newFile(): Promise<string> {
  const dir = await tempDir();
  onTestFinished(() => dir[Symbol.asyncDispose]());
  return keyFilePath({ XDG_CONFIG_HOME: dir.path }, '/nowhere');
}

test('keys are kept privately, and the file goes with the last one', async () => {
  const file = await newFile();
  expect(await readKeyFile(file)).toEqual([]);

  await writeKeyFile(file, [KEY]);

  expect(await readKeyFile(file)).toEqual([KEY]);
  expect([(await stat(file)).mode & 0o777, (await stat(dirname(file))).mode & 0o777]).toEqual([0o600, 0o700]);
  await writeKeyFile(file, []);
  expect(await readdir(dirname(file))).toEqual([]);
});

test.for([
  ['a file that the group can read', (file: string) => chmod(file, 0o640), 'can be read by others'],
  [
    'a folder that others can change',
    (file: string) => chmod(dirname(file), 0o777),
    'can be changed by others',
  ],
  ['a file that is damaged', (file: string) => writeFile(file, '{"keys": "e2b_hidden_words'), 'is damaged'],
  ['a file of another kind', (file: string) => writeFile(file, '{"version": 2, "keys": []}'), 'is damaged'],
] as const)('%s is refused, and nothing of it is quoted', async ([, spoil, message]) => {
  const file = await newFile();
  await writeKeyFile(file, [KEY]);
  await spoil(file);

  const failure = await readKeyFile(file).catch((thrown: unknown) => thrown);

  expect(failure).toMatchObject({ code: 'FILE_UNREADABLE', message: expect.stringContaining(message) });
  expect(JSON.stringify(failure)).not.toContain('hidden');
});

test('a link to something else is refused', async () => {
  const file = await newFile();
  await mkdir(dirname(file), { recursive: true });
  await symlink('/dev/zero', file);

  await expect(readKeyFile(file)).rejects.toThrow('is no file of iris');
  expect(file.endsWith(join('iris', 'auth', 'keys.json'))).toBe(true);
});
