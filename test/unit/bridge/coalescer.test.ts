import { expect, test } from 'vitest';
import { Coalescer } from '../../../src/bridge/coalescer.ts';

test('Coalescer sends what comes while a request is under way in the next one, in order', async () => {
  const sent: string[] = [];
  const coalescer = new Coalescer(async (bytes) => {
    sent.push(bytes.toString());
    await new Promise((resolve) => setImmediate(resolve));
  });

  const first = coalescer.add(Buffer.from('a'));
  await Promise.resolve();
  await Promise.all([first, ...['b', 'c', 'd'].map((text) => coalescer.add(Buffer.from(text)))]);

  expect(sent).toEqual(['a', 'bcd']);
});

test('Coalescer bounds a request, and sends a larger piece alone', async () => {
  const sizes: number[] = [];
  const coalescer = new Coalescer(async (bytes) => void sizes.push(bytes.length));

  await Promise.all(
    [200_000, 50_000, 20_000, 1_000_000, 10].map((size) => coalescer.add(Buffer.alloc(size))),
  );

  expect(sizes).toEqual([250_000, 20_000, 1_000_000, 10]);
});

test('Coalescer tells those whose request failed, and goes on', async () => {
  let count = 0;
  const coalescer = new Coalescer(async () => {
    count += 1;
    if (count === 1) throw new Error('lost');
  });

  await expect(coalescer.add(Buffer.from('a'))).rejects.toThrow('lost');
  await expect(coalescer.add(Buffer.from('b'))).resolves.toBeUndefined();
});
