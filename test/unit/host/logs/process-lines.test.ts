import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { ProcessLines } from '../../../../src/host/logs/process-lines.ts';

const START = '{"event":"started","pid":7,"user":"user","command":"node x"}\n';

function open(nowMs = () => 0) {
  const seen: unknown[] = [];
  const logger = (event: string, facts?: Readonly<Record<string, unknown>>): void =>
    void seen.push([event, facts]);
  const lines = new ProcessLines({ sandboxId: 'isbx', logger, nowMs });
  const channel = new PassThrough();
  lines.accept(channel);
  return { lines, channel, seen };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('ProcessLines', () => {
  test('enters starts and ends, however they are cut, under the id that the host knows', async () => {
    const { channel, seen } = open();

    channel.write(START.slice(0, 20));
    channel.write(`${START.slice(20)}{"event":"ended","pid":7,"exitCode":3,"status":"exit status 3"}\n`);
    channel.write('{"event":"ended","id":"iother","pid":8,"exitCode":0,"status":""}\n');
    await turn();

    expect(seen).toEqual([
      ['sandbox.process-started', { id: 'isbx', pid: 7, user: 'user', command: 'node x' }],
      ['sandbox.process-ended', { id: 'isbx', pid: 7, exitCode: 3, status: 'exit status 3' }],
      ['sandbox.process-ended', { id: 'isbx', pid: 8, exitCode: 0, status: '' }],
    ]);
  });

  test.each([
    'not json\n',
    '{"event":"created"}\n',
    '{"event":"started","pid":"7","user":"u","command":"c"}\n',
    '[]\n',
    '\n',
  ])('passes over %j', async (line) => {
    const { channel, seen } = open();

    channel.write(line + START);
    await turn();

    expect(seen).toHaveLength(1);
  });

  test('gives up a channel whose line has no end, and refuses a second channel', async () => {
    const { lines, channel, seen } = open();
    const second = new PassThrough();

    lines.accept(second);
    channel.write('x'.repeat(5000));
    channel.write(`\n${START}`);
    await turn();

    expect([channel.destroyed, second.destroyed, seen]).toEqual([true, true, []]);
  });

  test('lets a flood in for a hundred lines a second', async () => {
    let nowMs = 0;
    const { channel, seen } = open(() => nowMs);

    channel.write(START.repeat(5000));
    await turn();
    expect(seen).toHaveLength(100);

    nowMs = 1000;
    channel.write(START);
    await turn();
    expect(seen).toHaveLength(101);
  });
});
