import { describe, expect, test } from 'vitest';
import { encodeFrame, FrameDecoder, frameHeader } from '../../../src/core/frames.ts';

describe('FrameDecoder', () => {
  test('finds the same frames however the bytes are cut', () => {
    const bytes = Buffer.concat([
      encodeFrame(1, 'abc'),
      encodeFrame(2),
      encodeFrame(3, Buffer.alloc(1000, 7)),
    ]);
    for (const size of [1, 2, 3, 4, 5, 7, 100, 5000]) {
      const decoder = new FrameDecoder(1000);
      const found = [];
      for (let at = 0; at < bytes.length; at += size)
        found.push(...decoder.push(bytes.subarray(at, at + size)));
      expect(found.map((frame) => [frame.type, frame.payload.length])).toEqual([
        [1, 3],
        [2, 0],
        [3, 1000],
      ]);
    }
  });

  test('refuses a frame over its limit before its bytes arrive', () => {
    expect(() => new FrameDecoder(10).push(frameHeader(1, 11))).toThrow(RangeError);
  });

  test('refuses a frame of no length', () => {
    expect(() => new FrameDecoder(10).push(Buffer.alloc(5))).toThrow(RangeError);
  });
});
