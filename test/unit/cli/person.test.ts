import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openAsker } from '../../../src/cli/terminal/open-asker.ts';
import { Person } from '../../../src/cli/terminal/person.ts';
import type { HeldOutput } from '../../../src/cli/render/held-output.ts';
import type { StandardInput } from '../../../src/cli/terminal/standard-input.ts';

let said: string[];
beforeEach(() => {
  said = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => vi.restoreAllMocks());

const output: HeldOutput = {
  phase: () => undefined,
  event: () => undefined,
  bytes: () => undefined,
  clear: () => undefined,
  attach: () => undefined,
  finish: () => 0,
  fail: () => 1,
  hold: () => {
    said.push('(held)');
    return () => void said.push('(released)');
  },
};

/** Somebody who types these lines, and then nothing. */
function typing(...lines: (string | undefined)[]): StandardInput {
  return {
    next: () => Promise.resolve(undefined),
    close: () => undefined,
    ask: async (show, signal) => {
      show();
      if (lines.length > 0) return lines.shift();
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      return undefined;
    },
  };
}

const about = (tool: string) => ({ type: 'confirm', text: `call ${tool}`, detail: '' }) as const;

describe('Person', () => {
  test.each([
    ['y', true],
    ['YES ', true],
    ['a', true],
    ['n', false],
    ['', false],
    [undefined, false],
  ])('takes %j for %s', async (line, answer) => {
    expect(await new Person(typing(line), output).confirm(about('x'))).toBe(answer);
  });

  test('asks again after what is no answer, such as one that a script had the terminal type', async () => {
    expect(await new Person(typing('\u001b[24;80Ry', 'yy', 'y'), output).confirm(about('x'))).toBe(true);
    expect(said.slice(2)).toEqual(['Answer y, a or n: ', 'Answer y, a or n: ', '(released)']);
  });

  test('asks one question after the other, and none that was answered for good', async () => {
    const person = new Person(typing('a', 'y'), output);

    const answers = await Promise.all(['x', 'x', 'z', 'x'].map((tool) => person.confirm(about(tool))));

    expect(answers).toEqual([true, true, true, true]);
    expect(said.map((text) => /call \w|\(.*\)/.exec(text)?.[0])).toEqual([
      '(held)',
      'call x',
      '(released)',
      '(held)',
      'call z',
      '(released)',
    ]);
  });

  test('takes all that waits for answered when it is dismissed, and asks what comes later', async () => {
    const lines: string[] = [];
    const stdin = typing();
    const person = new Person(
      { ...stdin, ask: async (...given) => lines.shift() ?? stdin.ask(...given) },
      output,
    );
    const answers = Promise.all([person.confirm(about('x')), person.confirm(about('y'))]);
    await vi.waitFor(() => expect(said).toHaveLength(2));

    await person.dismiss();
    lines.push('y');

    expect(await answers).toEqual([false, false]);
    expect(await person.confirm(about('x'))).toBe(true);
  });

  test('shows a question on a line of its own, with nothing that could steer the terminal', async () => {
    const detail = `note: "${'x'.repeat(300)}"\nname: "\u009b2J\u202e"`;
    await new Person(typing('y'), output).confirm({ type: 'confirm', text: 'call \u001b[8mx', detail });

    expect(said[1]).toContain('\u001b[0m\niris: call \uFFFD[8mx\n  note: "xxx');
    expect(said[1]).toContain('x…\n  name: "\uFFFD2J\uFFFD"\nAllow it?');
  });
});

test('nobody is asked where nobody can be', async () => {
  const asker = openAsker({ canAsk: () => false, stdin: typing('y'), output });

  expect(await asker.confirm(about('x'))).toBeUndefined();
  await asker.dismiss();
  expect(said).toEqual([]);
});
