import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { EnvelopeDecoder, encodeEnvelope } from '../../src/core/connect-envelope.ts';
import { ProtoWriter, readProto } from '../../src/core/protobuf.ts';
import { until, type TestAgent } from '../support/agent.ts';
import { useAgent } from '../support/use-agent.ts';

/** filesystem.Filesystem in protobuf, as clients speak it whose language has no need of JSON. */
let agent: TestAgent;
useAgent((opened) => ({ agent } = opened));

const text = (field: number, value: string): Buffer => new ProtoWriter().string(field, value).finish();

function call(method: string, ...fields: Buffer[]) {
  return agent.ask(`/filesystem.Filesystem/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/proto' },
    body: Buffer.concat(fields),
  });
}

/** The content of every field of a number, in order. */
function fieldsOf(message: Buffer, number: number): Buffer[] {
  return readProto(message)
    .filter((field) => field.number === number)
    .map(({ bytes }) => bytes);
}

function textOf(message: Buffer, number: number): string | undefined {
  return fieldsOf(message, number)[0]?.toString();
}

const numberOf = (message: Buffer, number: number): number | undefined =>
  readProto(message).find((field) => field.number === number)?.varint;

test('entries are described with all that JSON tells', async () => {
  await agent.ask('/files?path=proto/a.txt', {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'x-metadata-k': 'v' },
    body: 'hello',
  });

  const answer = await call('Stat', text(1, 'proto/a.txt'));
  const entry = fieldsOf(answer.body, 1)[0] ?? Buffer.alloc(0);
  const time = fieldsOf(entry, 9)[0] ?? Buffer.alloc(0);
  const metadata = fieldsOf(entry, 11)[0] ?? Buffer.alloc(0);

  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/proto']);
  expect([textOf(entry, 1), textOf(entry, 6), textOf(entry, 7)]).toEqual([
    'a.txt',
    '-rw-r--r--',
    userInfo().username,
  ]);
  expect([numberOf(entry, 2), numberOf(entry, 4), numberOf(entry, 5)]).toEqual([1, 5, 0o644]);
  expect(textOf(entry, 3)).toMatch(/\/proto\/a\.txt$/);
  expect(Math.abs((numberOf(time, 1) ?? 0) - Date.now() / 1000)).toBeLessThan(60);
  expect([textOf(metadata, 1), textOf(metadata, 2)]).toEqual(['k', 'v']);
});

test('directories are made, listed, moved and removed; failures come as JSON', async () => {
  const made = await call('MakeDir', text(1, 'tree/deep/er'));
  const moved = await call('Move', text(1, 'tree/deep'), text(2, 'tree/moved'));
  const listed = await call('ListDir', text(1, 'tree'), new ProtoWriter().varint(2, 2).finish());
  const removed = await call('Remove', text(1, 'tree'));
  const missing = await call('ListDir', text(1, 'tree'));
  const malformed = await call('Stat', Buffer.from([0x0a, 0xff]));

  expect([made.status, moved.status, removed.status, removed.body.length]).toEqual([200, 200, 200, 0]);
  expect(fieldsOf(listed.body, 1).map((entry) => textOf(entry, 1))).toEqual(['moved', 'er']);
  expect([missing.status, JSON.parse(String(missing.body)).code]).toEqual([404, 'not_found']);
  expect([malformed.status, JSON.parse(String(malformed.body)).code]).toEqual([400, 'invalid_argument']);
});

test('a polled watcher hands out its events', async () => {
  await call('MakeDir', text(1, 'polled/sub'));
  const created = await call(
    'CreateWatcher',
    text(1, 'polled'),
    new ProtoWriter().varint(2, 1).varint(3, 1).finish(),
  );
  const watcherId = textOf(created.body, 1) ?? '';
  await call('MakeDir', text(1, 'polled/sub/new'));
  let events: Buffer[] = [];

  await until(async () => {
    events = [...events, ...fieldsOf((await call('GetWatcherEvents', text(1, watcherId))).body, 1)];
    return events.length > 0;
  });
  const removed = await call('RemoveWatcher', text(1, watcherId));

  const [event = Buffer.alloc(0)] = events;
  expect([textOf(event, 1), numberOf(event, 2)]).toEqual(['sub/new', 1]);
  expect(textOf(fieldsOf(event, 3)[0] ?? Buffer.alloc(0), 1)).toBe('new');
  expect(removed.status).toBe(200);
});

test('WatchDir streams protobuf to who asks in it', async () => {
  await call('MakeDir', text(1, 'streamed'));
  const response = await agent.open('/filesystem.Filesystem/WatchDir', {
    method: 'POST',
    headers: { 'content-type': 'application/connect+proto' },
    body: encodeEnvelope(0, text(1, 'streamed')),
  });
  const decoder = new EnvelopeDecoder(10_000);
  const messages: Buffer[] = [];
  response.on('error', () => undefined);
  response.on('data', (chunk: Buffer) =>
    messages.push(...decoder.push(chunk).map(({ payload }) => Buffer.from(payload))),
  );

  await until(() => messages.length === 1);
  await call('MakeDir', text(1, 'streamed/new'));
  await until(() => messages.length === 2);
  response.destroy();

  const [start = Buffer.alloc(0), event = Buffer.alloc(0)] = messages;
  expect(response.headers['content-type']).toBe('application/connect+proto');
  expect(readProto(start).map(({ number }) => number)).toEqual([1]);
  expect(textOf(fieldsOf(event, 2)[0] ?? Buffer.alloc(0), 1)).toBe('new');
});
