import { expect, test } from 'vitest';
import { openNeutraliser } from '../../../src/cli/ci/neutralise.ts';

const ZERO = '\u200b';

function through(...chunks: readonly string[]): string {
  const clean = openNeutraliser();
  return Buffer.concat(chunks.map((chunk) => clean(Buffer.from(chunk)))).toString('utf8');
}

test.for([
  ['::error::x', `:${ZERO}:error::x`],
  ['a\n  ::warning file=a::x\nb', `a\n  :${ZERO}:warning file=a::x\nb`],
  ['progress\r::set-output name=a::b', `progress\r:${ZERO}:set-output name=a::b`],
  ['\u2003::stop-commands::t', `\u2003:${ZERO}:stop-commands::t`],
  ['done ##[error]x', `done ##${ZERO}[error]x`],
  ['###[group]', `###${ZERO}[group]`],
])('%j is no command any more', ([written, shown]) => {
  expect(through(written ?? '')).toBe(shown);
});

test.for(['std::vector<int>', 'at 12::30', '# [x]', '#[derive]', 'a: b', ': :x'])(
  '%j stays as it is',
  (text) => {
    expect(through(text)).toBe(text);
  },
);

test('a command in pieces is none either', () => {
  expect(through('\n', ':', ':er', 'ror::x #', '#', '[error]')).toBe(`\n:${ZERO}:error::x ##${ZERO}[error]`);
});
