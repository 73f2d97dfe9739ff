import { expect, test } from 'vitest';
import { holdable } from '../../../../src/cli/render/held-output.ts';
import type { RunOutput } from '../../../../src/cli/render/run-output.ts';

function recording(): { readonly output: RunOutput; readonly shown: string[] } {
  const shown: string[] = [];
  const output: RunOutput = {
    phase: (text) => void shown.push(text),
    event: ({ type }) => void shown.push(type),
    bytes: (_stream, data) => void shown.push(data.toString('latin1', 0, 5)),
    clear: () => void shown.push('clear'),
    attach: () => undefined,
    finish: ({ exitCode }) => shown.push('finish') && exitCode,
    fail: () => shown.push('fail'),
  };
  return { output, shown };
}

const sandbox = { id: 's', name: 'default', provider: 'embedded', isolation: 'none' } as const;
const bytes = Buffer.from('bytes');

test('holdable() shows what was kept back when it is released, in order', () => {
  const { output, shown } = recording();
  const held = holdable(output);

  void held.bytes('stdout', Buffer.from('first'));
  const release = held.hold();
  void held.bytes('stdout', bytes);
  held.event({ type: 'notice', text: 'x' });
  held.phase('waiting');
  expect(shown).toEqual(['first', 'clear']);
  release();
  release();
  void held.bytes('stderr', Buffer.from('later'));

  expect(shown).toEqual(['first', 'clear', 'bytes', 'notice', 'later']);
});

test('holdable() makes who sends wait when much is kept back', async () => {
  const held = holdable(recording().output);
  const release = held.hold();
  let isReleased = false;

  expect(held.bytes('stdout', bytes)).toBeUndefined();
  const wait = held.bytes('stdout', Buffer.alloc(600 * 1024))?.then(() => (isReleased = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isReleased).toBe(false);
  release();

  expect(await wait).toBe(true);
});

test.each(['finish', 'fail'] as const)('holdable() keeps nothing back from the end of a run: %s', (end) => {
  const { output, shown } = recording();
  const held = holdable(output);

  held.hold();
  void held.bytes('stdout', bytes);
  if (end === 'fail') held.fail(new Error('x'), undefined);
  else held.finish({ runId: 'r', exitCode: 0, sandbox, timingsMs: {} });

  expect(shown).toEqual(['clear', 'bytes', end]);
});
