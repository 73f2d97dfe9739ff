import { expect, test } from 'vitest';
import { duplexPair } from '../../../../src/host/http/duplex-pair.ts';

test('duplexPair() carries bytes both ways, and an end only one way', async () => {
  const [left, right] = duplexPair();
  const ended = new Promise((resolve) => right.once('end', resolve));
  right.once('data', (chunk: Buffer) => right.end(`${chunk.toString()}-pong`));

  left.end('ping');
  await ended;

  expect(Buffer.concat(await left.toArray()).toString()).toBe('ping-pong');
});

test('duplexPair() holds the writer back until the reader takes', async () => {
  const [left, right] = duplexPair();
  let written = 0;

  for (let count = 0; count < 20; count += 1) left.write(Buffer.alloc(65_536), () => (written += 1));
  await new Promise(setImmediate);
  const before = written;
  right.resume();
  await new Promise((resolve) => left.end(resolve));

  expect(before).toBeLessThan(3);
  expect(written).toBe(20);
});

test('duplexPair() shows the destruction of one side as a reset on the other', async () => {
  const [left, right] = duplexPair();
  const failed = new Promise((resolve) => right.on('error', resolve));

  left.destroy();

  expect(await failed).toMatchObject({ code: 'ECONNRESET' });
});

test('duplexPair() leaves what was sent before a clean end to be read', async () => {
  const [left, right] = duplexPair();

  left.end('last words');
  await new Promise((resolve) => left.once('finish', resolve));
  left.destroy();
  await new Promise(setImmediate);

  expect(Buffer.concat(await right.toArray()).toString()).toBe('last words');
});
