import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EndpointCache, type KnownEndpoint } from '../../../src/sandbox/endpoint-cache.ts';
import { tempDir } from '../../support/temp-dir.ts';

const known = (sandboxId: string, leftMs = 60_000): KnownEndpoint => ({
  sandboxId,
  url: 'https://sandbox.example',
  headers: { 'x-access-token': 'token' },
  endAtMs: Date.now() + leftMs,
  keptUntilMs: 0,
  written: ['/home/user/.iris/a/script.mjs'],
});

async function settled(cache: EndpointCache): Promise<EndpointCache> {
  await cache[Symbol.asyncDispose]();
  return cache;
}

test('a later process finds what an earlier one kept, under the same identity and scope alone', async () => {
  await using folder = await tempDir();
  const cache = new EndpointCache(folder.path, 'key 1');
  const kept = known('a');
  cache.write('identity', kept);
  await settled(cache);

  expect(await new EndpointCache(folder.path, 'key 1').read('identity')).toEqual(kept);
  expect(await new EndpointCache(folder.path, 'key 1').read('other')).toBeUndefined();
  expect(await new EndpointCache(folder.path, 'key 2').read('identity')).toBeUndefined();
});

test('the latest of several writes stays, and no half-written file', async () => {
  await using folder = await tempDir();
  const cache = new EndpointCache(folder.path, 'key');
  for (const id of ['a', 'b', 'c']) cache.write('identity', known(id));
  await settled(cache);

  expect(await cache.read('identity')).toMatchObject({ sandboxId: 'c' });
  expect(await readdir(folder.path)).toHaveLength(1);
});

test('a sandbox that is removed is not found, and one whose time is over neither', async () => {
  await using folder = await tempDir();
  const cache = new EndpointCache(folder.path, 'key');
  cache.write('closed', known('a'));
  cache.write('over', known('b', 1_000));
  cache.write('past', known('c', -1_000));
  cache.write('alive', known('d'));
  expect(await (await settled(cache)).read('over')).toBeUndefined();

  cache.remove('a');
  await settled(cache);

  expect(await cache.read('closed')).toBeUndefined();
  expect(await cache.read('alive')).toBeDefined();
  expect(await readdir(folder.path)).toHaveLength(2);
});

test.each(['', '{"sandboxId":1}', '{"sandboxId":"a","url":"no url"}', 'null'])(
  'a file that says %j is as good as none',
  async (content) => {
    await using folder = await tempDir();
    const cache = new EndpointCache(folder.path, 'key');
    cache.write('identity', known('a'));
    await settled(cache);
    const [name = ''] = await readdir(folder.path);
    await writeFile(join(folder.path, name), content);

    expect(await cache.read('identity')).toBeUndefined();
  },
);

test('a folder that cannot be written costs nothing but the memory', async () => {
  await using folder = await tempDir();
  const file = join(folder.path, 'file');
  await mkdir(folder.path, { recursive: true });
  await writeFile(file, '');
  const cache = new EndpointCache(join(file, 'below'), 'key');

  cache.write('identity', known('a'));

  expect(await (await settled(cache)).read('identity')).toBeUndefined();
});
