import { expect, test } from 'vitest';
import { renderError } from '../../../../src/cli/render/error.ts';
import { refuseProblems } from '../../../../src/config/problem.ts';
import { IrisError } from '../../../../src/core/errors.ts';

test('renderError() shows the message and the next step', () => {
  const error = new IrisError('FILE_NOT_FOUND', 'No such script: a.ts', { hint: 'Did you mean b.ts?' });

  expect(renderError(error, false)).toBe('iris: No such script: a.ts\n  Did you mean b.ts?\n');
});

test('renderError() lists every problem once, each with its hint', () => {
  const refuse = (): void =>
    refuseProblems('CONFIG_INVALID', [
      { message: '.irisrc:1:1: Unknown key "foo"' },
      { message: '.irisrc:2:1: Unknown key "timeut"', hint: 'Did you mean "timeout"?' },
    ]);

  expect(renderError(thrownBy(refuse), false)).toBe(
    [
      'iris: .irisrc:1:1: Unknown key "foo" (and 1 more)',
      '  - .irisrc:2:1: Unknown key "timeut"',
      '    Did you mean "timeout"?',
      '',
    ].join('\n'),
  );
});

function thrownBy(work: () => void): unknown {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}
