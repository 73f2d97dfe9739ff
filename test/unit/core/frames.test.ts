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
      const decoder = new FrameDecoder({ maxPayloadBytes: 1000 });
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

  test('passes streamed frames on in pieces, and loses no byte between them and whole ones', () => {
    const bulk = Buffer.from(Array.from({ length: 300 }, (_, i) => i & 255));
    const bytes = Buffer.concat([
      encodeFrame(1, bulk),
      encodeFrame(9, 'whole'),
      encodeFrame(1),
      encodeFrame(1, bulk),
    ]);
    for (const size of [1, 4, 5, 6, 64, 299, 310, 1000]) {
      const decoder = new FrameDecoder({ maxPayloadBytes: 1000, streamed: new Set([1]) });
      const found = [];
      for (let at = 0; at < bytes.length; at += size)
        found.push(...decoder.push(bytes.subarray(at, at + size)));
      const bulkFound = found.filter((frame) => frame.type === 1).map((frame) => frame.payload);
      expect(Buffer.concat(bulkFound)).toEqual(Buffer.concat([bulk, bulk]));
      expect(found.filter((frame) => frame.type === 9).map((frame) => String(frame.payload))).toEqual([
        'whole',
      ]);
    }
  });

  test('refuses a frame over its limit before its bytes arrive', () => {
    expect(() => new FrameDecoder({ maxPayloadBytes: 10 }).push(frameHeader(1, 11))).toThrow(RangeError);
  });

  test('refuses a frame of no length', () => {
    expect(() => new FrameDecoder({ maxPayloadBytes: 10 }).push(Buffer.alloc(5))).toThrow(RangeError);
  });
});
