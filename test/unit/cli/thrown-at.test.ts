import { expect, test } from 'vitest';
import { thrownAt } from '../../../src/cli/ci/thrown-at.ts';

const JS = `/repo/src/a.ts:2
  throw new TypeError("bad");
        ^

TypeError: bad
of two lines
    at inner (/repo/node_modules/pkg/index.js:1:1)
    at f (/repo/src/a.ts:2:9)
    at <anonymous> (/repo/src/main.ts:4:1)
    at ModuleJob.run (node:internal/modules/esm/module_job:325:25)

Node.js v20.20.2
`;

test('finds the first file of the user that an error of JavaScript names', () => {
  expect(thrownAt(JS, '/repo')).toEqual({
    file: 'src/a.ts',
    line: 2,
    column: 9,
    message: 'TypeError: bad\nof two lines',
  });
});

test('takes the last of two errors', () => {
  const two = `Error: first\n    at x (/repo/one.ts:1:2)\n\nlater\n\nError: second\n    at y (/repo/two.ts:3:4)\n`;

  expect(thrownAt(two, '/repo')).toMatchObject({
    file: 'two.ts',
    line: 3,
    column: 4,
    message: 'Error: second',
  });
});

test('reads a traceback of Python', () => {
  const text = `Traceback (most recent call last):
  File "/repo/main.py", line 3, in <module>
    f()
  File "/repo/lib.py", line 7, in f
    raise ValueError("bad")
ValueError: bad
`;

  expect(thrownAt(text, '/repo')).toMatchObject({ file: 'lib.py', line: 7, message: 'ValueError: bad' });
});

test('says nothing where no file of the user is named', () => {
  expect(thrownAt('Error: x\n    at y (/elsewhere/two.ts:3:4)\n', '/repo')).toBeUndefined();
});
