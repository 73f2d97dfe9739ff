import { readdir, readFile, symlink, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { COPY, encodeEntry } from '../../../../src/core/copy/copy-wire.ts';
import { TreeReceiver } from '../../../../src/core/copy/receive-tree.ts';
import { tempDir } from '../../../support/temp-dir.ts';

let root: Awaited<ReturnType<typeof tempDir>>;
let target: string;
beforeEach(async () => {
  root = await tempDir();
  target = join(root.path, 'target');
  await mkdir(target);
});
afterEach(async () => {
  await root[Symbol.asyncDispose]();
});

type Kind = 'file' | 'directory' | 'link';

/** A sender that says what it likes. */
function receiver(options: Partial<ConstructorParameters<typeof TreeReceiver>[0]> = {}) {
  const taking = new TreeReceiver({
    place: () => Promise.resolve({ base: target, below: '' }),
    umask: 0o022,
    isNoClobber: false,
    ...options,
  });
  const entry = async (kind: Kind, path: string, to = ''): Promise<void> =>
    await taking.take({
      type: COPY.entry,
      payload: encodeEntry({ kind, path, mode: 0o644, target: to }).subarray(5),
    });
  return {
    taking,
    entry,
    file: async (path: string, content: string): Promise<void> => {
      await entry('file', path);
      await taking.take({ type: COPY.data, payload: Buffer.from(content) });
      await taking.take({ type: COPY.fileEnd, payload: Buffer.alloc(0) });
    },
  };
}

describe('a sender that lies', () => {
  test.each(['../out', '/etc/passwd', 'a/../../out', '..', 'a\0b', ''])('%j is refused', async (path) => {
    const { entry, file } = receiver();
    await entry('directory', '');

    await expect(file(path, 'evil')).rejects.toMatchObject({ name: 'CopyFailure' });
    expect(await readdir(target)).toEqual([]);
    expect(await readdir(root.path)).toEqual(['target']);
  });

  test('a link out is left out, and one that is there is not gone through', async () => {
    await mkdir(join(root.path, 'victim'));
    await symlink('../victim', join(target, 'there'));
    const { taking, entry, file } = receiver();
    await entry('directory', '');

    await entry('link', 'out', '../victim');
    await file('out/x', 'inside');

    expect(taking.skipped).toEqual([{ why: 'leads-out', path: 'out' }]);
    await expect(file('there/x', 'evil')).rejects.toMatchObject({ reason: 'not-directory' });
    await expect(entry('directory', 'there')).rejects.toMatchObject({ reason: 'not-directory' });
    expect(await readdir(join(root.path, 'victim'))).toEqual([]);
  });

  test('a link that it made itself is not gone through', async () => {
    const { entry, file } = receiver();
    await entry('directory', '');
    await entry('directory', 'real');
    await entry('link', 'alias', 'real');

    await expect(file('alias/x', 'evil')).rejects.toMatchObject({ reason: 'not-directory' });
    expect(await readdir(join(target, 'real'))).toEqual([]);
  });

  test('a name that comes twice is the first file', async () => {
    const { taking, entry, file } = receiver();
    await entry('directory', '');
    await file('name', 'first');
    await file('name', 'second');

    expect(await readFile(join(target, 'name'), 'utf8')).toBe('first');
    expect(taking.skipped).toEqual([{ why: 'clash', path: 'name' }]);
  });

  test('a root that is no root, and what is no frame of a copy, are refused', async () => {
    await expect(receiver().entry('link', '')).rejects.toMatchObject({ reason: 'broken' });
    await expect(receiver().file('x', '')).rejects.toMatchObject({ reason: 'broken' });
    await expect(receiver().taking.take({ type: 99, payload: Buffer.alloc(0) })).rejects.toMatchObject({
      reason: 'broken',
    });
    const odd = { type: COPY.entry, payload: Buffer.from('file\x00999999\x00x\x00') };
    await expect(receiver().taking.take(odd)).rejects.toMatchObject({ reason: 'broken' });
  });

  test('a file that was not asked for is refused, and so is more than was agreed', async () => {
    const asked = receiver({ accepts: (path) => path.endsWith('.csv'), maxFiles: 1, maxBytes: 5 });
    await asked.entry('directory', '');

    await asked.entry('directory', 'empty');
    await expect(asked.file('.bashrc', 'evil')).rejects.toMatchObject({ reason: 'unsafe' });
    await expect(asked.file('large.csv', 'too long')).rejects.toMatchObject({ reason: 'limit' });
    await asked.taking.abandon();
    await asked.file('a.csv', '1');
    await expect(asked.file('b.csv', '1')).rejects.toMatchObject({ reason: 'limit' });
    expect(await readdir(target)).toEqual(['a.csv']);
  });
});

test('a file has its name only when it is whole', async () => {
  await writeFile(join(target, 'name'), 'before');
  const { taking, entry } = receiver();
  await entry('directory', '');
  await entry('file', 'name');
  await taking.take({ type: COPY.data, payload: Buffer.from('half') });

  expect(() => taking.demandDone()).toThrow('broken');
  await taking.abandon();
  expect(await readdir(target)).toEqual(['name']);
  expect(await readFile(join(target, 'name'), 'utf8')).toBe('before');
});
