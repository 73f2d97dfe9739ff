import { describe, expect, test } from 'vitest';
import { encodeEnvelope, END_OF_STREAM } from '../../../src/core/connect-envelope.ts';
import { encodeProcessEvent } from '../../../src/core/process-wire.ts';
import { ProcessEventReader, type StreamPart } from '../../../src/sandbox/process-events.ts';

const BULK = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 31) & 255));
const BODY = Buffer.concat([
  encodeEnvelope(0, encodeProcessEvent({ type: 'start', pid: 77 })),
  encodeEnvelope(0, encodeProcessEvent({ type: 'data', stream: 'stdout', bytes: Buffer.from('x') })),
  encodeEnvelope(0, encodeProcessEvent({ type: 'data', stream: 'stderr', bytes: BULK })),
  encodeEnvelope(0, encodeProcessEvent({ type: 'keepalive' })),
  encodeEnvelope(0, encodeProcessEvent({ type: 'data', stream: 'stdout', bytes: BULK.subarray(0, 130) })),
  encodeEnvelope(
    0,
    encodeProcessEvent({
      type: 'end',
      exitCode: 7,
      exited: true,
      status: 'exit status 7, and a long reason',
    }),
  ),
  encodeEnvelope(END_OF_STREAM, Buffer.from('{}')),
]);

/** Joins neighbouring pieces of one stream, which may be cut anywhere. */
function joined(parts: readonly StreamPart[]): unknown[] {
  const whole: (string | { readonly stream: string; readonly pieces: Buffer[] })[] = [];
  for (const part of parts) {
    const last = whole.at(-1);
    if (part.type !== 'data') whole.push(part.type);
    else if (typeof last === 'object' && last.stream === part.stream) last.pieces.push(part.bytes);
    else whole.push({ stream: part.stream, pieces: [part.bytes] });
  }
  return whole.map((one) =>
    // As text, which is compared at once; a Buffer is compared byte by byte, slowly.
    typeof one === 'string'
      ? one
      : { stream: one.stream, text: Buffer.concat(one.pieces).toString('latin1') },
  );
}

describe('ProcessEventReader', () => {
  test.for([1, 2, 5, 6, 7, 19, 23, 64, 1000, 65_536, 200_000])(
    'reads the same events from chunks of %i bytes',
    (size) => {
      const reader = new ProcessEventReader();
      const parts: StreamPart[] = [];
      for (let at = 0; at < BODY.length; at += size) parts.push(...reader.push(BODY.subarray(at, at + size)));

      expect(joined(parts)).toEqual([
        'start',
        { stream: 'stdout', text: 'x' },
        { stream: 'stderr', text: BULK.toString('latin1') },
        'keepalive',
        { stream: 'stdout', text: BULK.toString('latin1', 0, 130) },
        'end',
        'trailer',
      ]);
    },
  );

  test('refuses a giant message before its bytes arrive', () => {
    expect(() => new ProcessEventReader().push(Buffer.from([0, 0xff, 0, 0, 0]))).toThrow(RangeError);
  });

  test('fails, and does not hang, on bytes that are no protobuf', () => {
    const nonsense = encodeEnvelope(0, Buffer.alloc(12, 0xff));

    expect(() => new ProcessEventReader().push(nonsense)).toThrow(RangeError);
  });
});
