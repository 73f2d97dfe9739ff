import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  decodeInputRequest,
  decodeSignalRequest,
  decodeStreamedInput,
  decodeUpdateRequest,
  encodeProcessList,
} from '../../../src/core/process-call-wire.ts';
import { encodeConnectRequest } from '../../../src/core/process-wire.ts';
import { ProtoWriter, readProto } from '../../../src/core/protobuf.ts';

const BYTES = Buffer.from([0, 255, 10]);
const SELECTED = encodeConnectRequest({ pid: 4_000_000 });
const fields = (write: (writer: ProtoWriter) => ProtoWriter): Buffer => write(new ProtoWriter()).finish();
const inputOf = (field: number): Buffer =>
  fields((writer) =>
    writer.bytes(
      2,
      fields((inner) => inner.bytes(field, BYTES)),
    ),
  );

test('decodeInputRequest() tells stdin and terminal apart', () => {
  const stdin = decodeInputRequest(Buffer.concat([SELECTED, inputOf(1)]));
  const pty = decodeInputRequest(Buffer.concat([encodeConnectRequest({ tag: 'job' }), inputOf(2)]));

  expect(stdin).toEqual({ selector: { pid: 4_000_000 }, input: { stream: 'stdin', bytes: BYTES } });
  expect(pty).toEqual({ selector: { tag: 'job' }, input: { stream: 'pty', bytes: BYTES } });
});

test('decodeUpdateRequest() reads a size if there is one', () => {
  const size = fields((writer) => writer.varint(1, 120).varint(2, 40));
  const pty = fields((writer) =>
    writer.bytes(
      2,
      fields((inner) => inner.bytes(1, size)),
    ),
  );

  expect(decodeUpdateRequest(Buffer.concat([SELECTED, pty])).size).toEqual({ cols: 120, rows: 40 });
  expect(decodeUpdateRequest(SELECTED).size).toBeUndefined();
});

test('decodeSignalRequest() reads the number of a signal', () => {
  const message = Buffer.concat([SELECTED, fields((writer) => writer.varint(2, 15))]);

  expect(decodeSignalRequest(message)).toEqual({ selector: { pid: 4_000_000 }, signal: 15 });
});

test('decodeStreamedInput() reads a start and data, and passes over what says nothing', () => {
  const start = fields((writer) => writer.bytes(1, SELECTED));
  const data = fields((writer) => writer.bytes(2, inputOf(1)));
  const keepalive = fields((writer) => writer.bytes(3, Buffer.alloc(0)));

  expect(decodeStreamedInput(start)).toEqual({ type: 'start', selector: { pid: 4_000_000 } });
  expect(decodeStreamedInput(data)).toEqual({ type: 'data', input: { stream: 'stdin', bytes: BYTES } });
  expect([keepalive, Buffer.alloc(0)].map(decodeStreamedInput)).toEqual([undefined, undefined]);
});

test('encodeProcessList() writes pid, tag and configuration of each process', () => {
  const request = { cmd: 'sh', args: ['-c', 'x'], envs: { A: 'b' }, cwd: '/', tag: 'job', hasStdin: false };

  const processes = readProto(
    encodeProcessList([
      { pid: 7, request },
      { pid: 8, request: { ...request, tag: undefined } },
    ]),
  );

  const numbers = processes.map(({ bytes }) =>
    readProto(bytes).map(({ number, varint }) => [number, varint]),
  );
  expect(numbers).toEqual([
    [
      [1, 0],
      [2, 7],
      [3, 0],
    ],
    [
      [1, 0],
      [2, 8],
    ],
  ]);
});

test('noise is refused with a RangeError or read as something, never anything else', () => {
  for (let round = 0; round < 2000; round += 1) {
    const noise = randomBytes(round % 40);
    for (const decode of [
      decodeInputRequest,
      decodeUpdateRequest,
      decodeSignalRequest,
      decodeStreamedInput,
    ]) {
      try {
        decode(noise);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(RangeError);
      }
    }
  }
});
