import { expect, test } from 'vitest';
import { ByteQueue } from '../../../src/core/byte-queue.ts';

test('ByteQueue returns the bytes in order, small pieces joined', () => {
  const queue = new ByteQueue();
  queue.push(Buffer.from('a'));
  queue.push(Buffer.from('b'));
  queue.push(Buffer.alloc(2000, 'c'));
  queue.push(Buffer.from('d'));

  expect([queue.shift(), queue.shift(), queue.shift()].map(String)).toEqual(['ab', 'c'.repeat(2000), 'd']);
  expect(queue.isEmpty).toBe(true);
  expect(queue.shift()).toBeUndefined();
});

test('ByteQueue takes what comes after a shift', () => {
  const queue = new ByteQueue();
  queue.push(Buffer.from('a'));
  queue.shift();
  queue.push(Buffer.from('b'));

  expect(String(queue.shift())).toBe('b');
});
