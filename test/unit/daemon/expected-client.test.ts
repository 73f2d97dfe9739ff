import { expect, test } from 'vitest';
import type { ClientEnd } from '../../../src/daemon/client-end.ts';
import { ExpectedClient } from '../../../src/daemon/expected-client.ts';
import { until } from '../../support/until.ts';

function recordingClient() {
  const leaving = new AbortController();
  const told: string[] = [];
  const client: ClientEnd = {
    signal: leaving.signal,
    onSignal: (listener) => listener('SIGINT'),
    onResize: (listener) => listener({ cols: 80, rows: 24 }),
    stdin: async function* () {
      yield await Promise.resolve(Buffer.from('in'));
    },
    ask: (question) => Promise.resolve(`reply to ${question.type}`),
    sendJson: (type, value) => void told.push(`${type} ${JSON.stringify(value)}`),
    sendBytes: (type, bytes) => {
      told.push(`${type} ${bytes.toString()}`);
      return Promise.resolve();
    },
  };
  return { client, told, leave: () => leaving.abort(new Error('gone')) };
}

test('ExpectedClient keeps what it is told for the client, in order', async () => {
  const expected = new ExpectedClient();
  const { client, told } = recordingClient();
  const heard: string[] = [];

  expected.onSignal((name) => heard.push(name));
  expected.sendJson(3, 'started');
  const bytes = expected.sendBytes(1, Buffer.from('out'));
  const input = expected.stdin().next();
  const reply = expected.ask({ type: 'env', names: ['HOME'] });
  expected.meet(client);
  await bytes;
  expected.sendJson(4, 'done');

  expect(told).toEqual(['3 "started"', '1 out', '4 "done"']);
  expect(heard).toEqual(['SIGINT']);
  expect(await reply).toBe('reply to env');
  expect(String((await input).value)).toBe('in');
});

test('ExpectedClient is gone when its client does not come, or leaves', async () => {
  const never = new ExpectedClient(10);
  const bytes = never.sendBytes(1, Buffer.from('x'));
  const reply = never.ask({ type: 'env', names: [] });
  const left = new ExpectedClient();
  const { client, leave } = recordingClient();

  left.meet(client);
  leave();

  await expect(bytes).rejects.toThrow('never came');
  await expect(reply).rejects.toThrow('never came');
  await until('the wait to end', () => never.signal.aborted);
  expect(left.signal.aborted).toBe(true);
});
