import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import {
  dataEventHeader,
  decodeConnectRequest,
  decodeProcessEvent,
  decodeStartRequest,
  encodeConnectRequest,
  encodeProcessEvent,
  encodeStartRequest,
  type ProcessEvent,
  type StartRequest,
} from '../../../src/core/process-wire.ts';

const START: StartRequest = {
  cmd: '/bin/bash',
  args: ['-l', '-c', 'echo "ünï"', ''],
  envs: { A: '1', LONG: 'x'.repeat(300) },
  cwd: '/home/user',
  tag: 'job',
  hasStdin: true,
  pty: { cols: 80, rows: 24 },
};

const EVENTS: ProcessEvent[] = [
  { type: 'start', pid: 4_000_000 },
  { type: 'data', stream: 'stdout', bytes: Buffer.from([0, 255, 10]) },
  { type: 'data', stream: 'stderr', bytes: Buffer.alloc(700, 'e') },
  { type: 'data', stream: 'pty', bytes: Buffer.from('tty') },
  { type: 'end', exitCode: 7, exited: true, status: 'exit status 7', error: 'exit status 7' },
  { type: 'end', exitCode: -1, exited: false, status: 'signal: killed', error: undefined },
  { type: 'keepalive' },
];

test('A start request survives the wire', () => {
  expect(decodeStartRequest(encodeStartRequest(START))).toEqual(START);
  const small = {
    cmd: 'ls',
    args: [],
    envs: {},
    cwd: undefined,
    tag: undefined,
    hasStdin: false,
    pty: undefined,
  };
  expect(decodeStartRequest(encodeStartRequest(small))).toEqual(small);
});

test.each(EVENTS)('A $type event survives the wire', (event) => {
  expect(decodeProcessEvent(encodeProcessEvent(event))).toEqual(event);
});

test('A connect request survives the wire', () => {
  expect(decodeConnectRequest(encodeConnectRequest({ pid: 300 }))).toEqual({ pid: 300 });
  expect(decodeConnectRequest(encodeConnectRequest({ tag: 'job' }))).toEqual({ tag: 'job' });
  expect(decodeConnectRequest(Buffer.alloc(0))).toBeUndefined();
});

test('The data event header and the bytes after it are the whole message', () => {
  const bytes = Buffer.alloc(20_000, 'x');
  const message = Buffer.concat([dataEventHeader('stdout', bytes.length), bytes]);

  expect(decodeProcessEvent(message)).toEqual({ type: 'data', stream: 'stdout', bytes });
});

test('Decoding garbage throws RangeError or yields nothing, and never anything else', () => {
  for (let seed = 0; seed < 1500; seed += 1) {
    const garbage = Buffer.from(
      Array.from({ length: seed % 40 }, (_, index) => (seed * 31 + index * index * 7) & 0xff),
    );
    for (const decode of [decodeStartRequest, decodeProcessEvent, decodeConnectRequest]) {
      try {
        decode(garbage);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(RangeError);
      }
    }
  }
});

test('What is written here is what the descriptors of the E2B SDK read, and the other way round', async () => {
  const { messages, fromBinary, toBinary, create } = await sdkProcessMessages();

  const start = fromBinary(messages('StartRequest'), encodeStartRequest(START));
  const response = fromBinary(
    messages('StartResponse'),
    encodeProcessEvent(EVENTS[4] ?? { type: 'keepalive' }),
  );
  const connect = fromBinary(messages('ConnectRequest'), encodeConnectRequest({ pid: 9 }));
  const theirEnd = toBinary(
    messages('ConnectResponse'),
    create(messages('ConnectResponse'), {
      event: {
        event: { case: 'end', value: { exitCode: -1, exited: false, status: 'signal: killed', error: 'e' } },
      },
    }),
  );
  const theirData = toBinary(
    messages('StartResponse'),
    create(messages('StartResponse'), {
      event: { event: { case: 'data', value: { output: { case: 'stderr', value: Buffer.from('oops') } } } },
    }),
  );

  expect(start).toMatchObject({
    process: { cmd: START.cmd, args: START.args, envs: START.envs, cwd: START.cwd },
    pty: { size: START.pty },
    tag: 'job',
    stdin: true,
  });
  expect(response).toMatchObject({
    event: { event: { case: 'end', value: { exitCode: 7, exited: true, status: 'exit status 7' } } },
  });
  expect(connect).toMatchObject({ process: { selector: { case: 'pid', value: 9 } } });
  expect(decodeProcessEvent(Buffer.from(theirEnd))).toEqual({
    type: 'end',
    exitCode: -1,
    exited: false,
    status: 'signal: killed',
    error: 'e',
  });
  expect(decodeProcessEvent(Buffer.from(theirData))).toEqual({
    type: 'data',
    stream: 'stderr',
    bytes: Buffer.from('oops'),
  });
  expect(decodeStartRequest(Buffer.from(toBinary(messages('StartRequest'), start)))).toEqual(START);
});

/** The SDK keeps its descriptors as base64 of a FileDescriptorProto inside its bundle. */
async function sdkProcessMessages() {
  const sdk = createRequire(createRequire(import.meta.url).resolve('@e2b/code-interpreter'));
  const bundle = sdk.resolve('e2b');
  const protobuf = await import(createRequire(bundle).resolve('@bufbuild/protobuf'));
  const wkt = await import(createRequire(bundle).resolve('@bufbuild/protobuf/wkt'));
  const found = [...readFileSync(bundle, 'utf8').matchAll(/fileDesc\w*\)?\s*\(\s*"([\w+/=-]+)"/g)];
  const files = found.map((match) =>
    protobuf.fromBinary(wkt.FileDescriptorProtoSchema, Buffer.from(match[1] ?? '', 'base64')),
  );
  const file = files.find((candidate) => candidate.name === 'process/process.proto');
  const registry = protobuf.createFileRegistry(file, () => undefined);
  return {
    messages: (name: string) => registry.getMessage(`process.${name}`),
    fromBinary: protobuf.fromBinary,
    toBinary: protobuf.toBinary,
    create: protobuf.create,
  };
}
