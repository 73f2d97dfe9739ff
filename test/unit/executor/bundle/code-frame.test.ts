import type { Location } from 'esbuild';
import { expect, test } from 'vitest';
import { codeFrame, toPosition } from '../../../../src/executor/bundle/code-frame.ts';
import { toOriginalLocation } from '../../../../src/executor/bundle/original-location.ts';

function at(lineText: string, token: string): Location {
  const column = Buffer.byteLength(lineText.slice(0, lineText.indexOf(token)));
  return {
    file: 'a.ts',
    namespace: '',
    line: 7,
    column,
    length: Buffer.byteLength(token),
    lineText,
    suggestion: '',
  };
}

test('codeFrame() puts carets below the token, behind characters of several bytes too', () => {
  expect(codeFrame(at(`const ü = '€' + wrong;`, 'wrong'))).toBe(
    [`7 | const ü = '€' + wrong;`, '  |                 ^^^^^'].join('\n'),
  );
  expect(toPosition(at(`const ü = '€' + wrong;`, 'wrong'))).toEqual({ line: 7, column: 17 });
});

test('codeFrame() keeps tabs, so that the caret stands where a terminal shows the token', () => {
  expect(codeFrame(at('\t\tlet x', 'x'))).toBe('7 | \t\tlet x\n  | \t\t    ^');
});

test('codeFrame() shows a part of a very long line', () => {
  const frame = codeFrame(at(`${'a'.repeat(5000)}wrong${'b'.repeat(5000)}`, 'wrong')) ?? '';

  const [line = '', carets = ''] = frame.split('\n');
  expect(line.length).toBeLessThan(130);
  expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('wrong');
});

test('codeFrame() is undefined without a line', () => {
  expect(codeFrame(at('', ''))).toBeUndefined();
});

test('toOriginalLocation() keeps a place that is in the text', () => {
  const location = { ...at(`import 'x';`, `'x'`), line: 2 };

  expect(toOriginalLocation(location, `// first\nimport 'x';`)).toBe(location);
});

test('toOriginalLocation() finds a token again that was printed with other quotes', () => {
  const found = toOriginalLocation(at(`var a = require("x");`, '"x"'), `const ü = 1,\n  a = require('x')`);

  expect(found).toMatchObject({ line: 2, column: 14, lineText: `  a = require('x')` });
});
