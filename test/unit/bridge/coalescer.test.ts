import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Coalescer } from '../../../src/bridge/coalescer.ts';

test('Coalescer sends what comes while a request is under way in the next one, in order', async () => {
  const sent: string[] = [];
  const coalescer = new Coalescer(async (bytes) => {
    sent.push(bytes.toString());
    await turn();
  });

  const first = coalescer.add(Buffer.from('a'));
  await turn();
  await Promise.all([first, ...['b', 'c', 'd'].map((text) => coalescer.add(Buffer.from(text)))]);

  expect(sent).toEqual(['a', 'bcd']);
});

test('Coalescer sends what comes in one turn of the event loop together', async () => {
  const sent: string[] = [];
  const coalescer = new Coalescer(async (bytes) => void sent.push(bytes.toString()));

  const adding: Promise<void>[] = [];
  for (const text of ['a', 'b', 'c']) {
    adding.push(coalescer.add(Buffer.from(text)));
    for (let hop = 0; hop < 10; hop++) await Promise.resolve();
  }
  await Promise.all(adding);

  expect(sent).toEqual(['abc']);
});

test('Coalescer sends before what was put off to the end of the turn', async () => {
  const order: string[] = [];
  const coalescer = new Coalescer(async () => void order.push('sent'));

  setImmediate(() => order.push('put off'));
  await Promise.all([coalescer.add(Buffer.from('a')), turn()]);

  expect(order).toEqual(['sent', 'put off']);
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
