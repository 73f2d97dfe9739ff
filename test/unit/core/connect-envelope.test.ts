import { expect, test } from 'vitest';
import { EnvelopeDecoder, encodeEnvelope, END_OF_STREAM } from '../../../src/core/connect-envelope.ts';

test('EnvelopeDecoder finds the envelopes however the stream is cut', () => {
  const stream = Buffer.concat([
    encodeEnvelope(0, Buffer.from('one')),
    encodeEnvelope(0, Buffer.alloc(0)),
    encodeEnvelope(END_OF_STREAM, Buffer.from('{}')),
  ]);

  for (let size = 1; size <= stream.length; size += 1) {
    const decoder = new EnvelopeDecoder(100);
    const found = [];
    for (let offset = 0; offset < stream.length; offset += size) {
      found.push(...decoder.push(stream.subarray(offset, offset + size)));
    }
    expect(found.map(({ flags, payload }) => `${flags}:${payload.toString()}`)).toEqual([
      '0:one',
      '0:',
      '2:{}',
    ]);
    expect(decoder.isPartial).toBe(false);
  }
});

test('EnvelopeDecoder rejects a message over the limit', () => {
  expect(() => new EnvelopeDecoder(2).push(encodeEnvelope(0, Buffer.from('one')))).toThrow(RangeError);
});

test('EnvelopeDecoder knows that it stands in the middle of an envelope', () => {
  const decoder = new EnvelopeDecoder(100);
  decoder.push(encodeEnvelope(0, Buffer.from('one')).subarray(0, 6));

  expect(decoder.isPartial).toBe(true);
});
