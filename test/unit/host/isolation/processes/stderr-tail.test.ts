import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { keepTail } from '../../../../../src/host/isolation/processes/stderr-tail.ts';

describe('keepTail()', () => {
  test('keeps the last 4 KiB of a stream', async () => {
    const stream = new PassThrough();
    const tail = keepTail(stream);

    stream.write('a'.repeat(5000));
    stream.write('b'.repeat(100));
    stream.end('c');
    await tail.ended;

    expect(tail.text()).toBe(`${'a'.repeat(3995)}${'b'.repeat(100)}c`);
  });

  test('ends with a stream that breaks', async () => {
    const stream = new PassThrough();
    const tail = keepTail(stream);

    stream.destroy(new Error('gone'));

    await expect(tail.ended).resolves.toBeUndefined();
  });
});
