import { expect, test } from 'vitest';
import { openOutputMask } from '../../../../src/app/runs/mask-output.ts';

function masked(values: readonly string[], pieces: readonly string[]): string {
  const mask = openOutputMask(values);
  const told = pieces.flatMap(
    (text) => mask?.add({ source: 'stdout', atMs: 1, data: Buffer.from(text) }) ?? [],
  );
  return [...told, ...(mask?.end() ?? [])].map(({ data }) => data.toString()).join('');
}

test.each([
  ['whole', ['a hunter2-secret b'], 'a *** b'],
  ['in pieces', ['a hun', 'ter2', '-secr', 'et b'], 'a *** b'],
  ['twice, and a beginning of it', ['hunter2-secrethunter2-secrethunter2'], '******hunter2'],
  ['with another in it', ['hunter2', ' hunter2-secret'], '*** ***'],
])('takes values out of output: %s', (name, pieces, told) => {
  const values = name === 'with another in it' ? ['hunter2', 'hunter2-secret'] : ['hunter2-secret'];
  expect(masked(values, pieces)).toBe(told);
});

test('keeps sources apart, and has nothing to do for values that are too short', () => {
  const mask = openOutputMask(['hunter2']);
  const out = mask?.add({ source: 'stdout', atMs: 1, data: Buffer.from('hunt') });
  const err = mask?.add({ source: 'stderr', atMs: 2, data: Buffer.from('er2 x') });

  expect(out).toEqual([]);
  expect(err?.map(({ data }) => data.toString())).toEqual(['er2 x']);
  expect(mask?.end().map(({ source, data }) => [source, data.toString()])).toEqual([['stdout', 'hunt']]);
  expect(openOutputMask(['abc', ''])).toBeUndefined();
});
