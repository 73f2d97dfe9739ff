import { PassThrough, Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { chunksOf } from '../../../src/sandbox/chunks-of.ts';
import { until } from '../../support/until.ts';

test('chunksOf passes every chunk on as it is', async () => {
  const chunks = [Buffer.from('a'), Buffer.from('bc'), Buffer.alloc(100_000, 1)];
  const seen: Buffer[] = [];

  for await (const batch of chunksOf(Readable.from(chunks))) seen.push(...batch);

  expect(seen).toHaveLength(3);
  expect(seen.every((chunk, index) => chunk === chunks[index])).toBe(true);
});

test('chunksOf holds a fast source back while its reader is slow', async () => {
  let made = 0;
  const source = new Readable({
    read() {
      made += 1;
      this.push(Buffer.alloc(64 * 1024));
    },
  });
  const reader = chunksOf(source);

  await reader.next();
  await until('the source to be held back', () => source.isPaused());

  expect(made).toBeLessThan(12);
  await reader.return();
  expect(source.destroyed).toBe(true);
});

test('chunksOf gives what came before an error, then throws it', async () => {
  const source = new PassThrough();
  source.write('last words');
  const reader = chunksOf(source);

  expect((await reader.next()).value?.toString()).toBe('last words');
  source.destroy(new Error('aborted'));

  await expect(reader.next()).rejects.toThrow('aborted');
});

test('chunksOf ends when its source ends, even one that is over already', async () => {
  const source = Readable.from([]);
  source.resume();
  await until('the end', () => source.destroyed);

  await expect(chunksOf(source).next()).resolves.toMatchObject({ done: true });
});
