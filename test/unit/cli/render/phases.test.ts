import { Chalk } from 'chalk';
import { expect, test } from 'vitest';
import { renderPhases } from '../../../../src/cli/render/phases.ts';

const screen = (width: number | undefined) => ({ width, paint: new Chalk({ level: 0 }), nowMs: 0 });

test('each phase has its bar where it stands in the whole', () => {
  expect(renderPhases({ plan: 25, sandbox: 25, run: 1950, total: 2000 }, screen(39))).toBe(
    [
      '  plan     █···················   25 ms\n',
      '  sandbox  █···················   25 ms\n',
      '  run      ·███████████████████  1.95 s\n',
    ].join(''),
  );
});

test.each([30, 60, 100, undefined])('no line is wider than a terminal of %s columns', (width) => {
  const lines = renderPhases({ plan: 1, sandbox: 300, upload: 2, start: 1, run: 5 }, screen(width)).split(
    '\n',
  );

  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width ?? 80);
  expect(renderPhases({ total: 5 }, screen(width))).toBe('');
});
