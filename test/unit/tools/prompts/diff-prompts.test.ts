import { applyPatch } from 'diff';
import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffPrompts, type ComparedPrompt } from '../../../../src/tools/prompts/diff-prompts.ts';

describe('diffPrompts()', () => {
  test('shows what changed as a unified diff', () => {
    const { diff, linesAdded, linesRemoved } = diffPrompts(prompt(1, 'a\nb\nc\n'), prompt(2, 'a\nB\nc\nd\n'));

    expect(diff).toBe(
      [
        '===================================================================',
        '--- p@1',
        '+++ p@2',
        '@@ -1,3 +1,4 @@',
        ' a',
        '-b',
        '+B',
        ' c',
        '+d',
        '',
      ].join('\n'),
    );
    expect([linesAdded, linesRemoved]).toEqual([2, 1]);
  });

  test('shows the messages of a chat', () => {
    const before = prompt(1, [{ role: 'user', content: 'Hi' }]);
    const after = prompt(2, [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ]);

    expect(diffPrompts(before, after).diff).toContain('+[system]\n+Be brief.\n+\n [user]\n Hi\n');
  });

  test('is empty for the same template', () => {
    expect(diffPrompts(prompt(1, 'a'), prompt(2, 'a'))).toMatchObject({
      diff: '',
      linesAdded: 0,
      linesRemoved: 0,
    });
  });

  test('makes the new template of the old one', () => {
    const text = array(constantFrom('a', 'b', '-- c', '++ d', ''), { maxLength: 12 });
    assert(
      property(text, text, (from, to) => {
        const [before, after] = [`x\n${from.join('\n')}`, `x\n${to.join('\n')}`];
        const { diff } = diffPrompts(prompt(1, before), prompt(2, after));
        expect(diff === '' ? before : applyPatch(before, diff)).toBe(after);
      }),
      { numRuns: 100 },
    );
  });
});

function prompt(version: number, template: ComparedPrompt['template']): ComparedPrompt {
  return {
    name: 'p',
    version,
    hash: JSON.stringify(template),
    format: 'plain',
    template,
    variables: [],
    config: {},
  };
}
