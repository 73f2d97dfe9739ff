import { expect, test } from 'vitest';
import { parseMetadataFilter } from '../../../../src/host/control/metadata-filter.ts';

test('parseMetadataFilter() undoes the two inner layers of encoding', () => {
  const raw = new URLSearchParams('metadata=a%252520b%3Dx%252526y%26c%3Dd').get('metadata') ?? '';

  expect(parseMetadataFilter(raw)).toEqual([
    ['a b', 'x&y'],
    ['c', 'd'],
  ]);
});

test('parseMetadataFilter() takes nothing as no filter', () => {
  expect(parseMetadataFilter('')).toEqual([]);
});

test('parseMetadataFilter() refuses broken encoding', () => {
  expect(() => parseMetadataFilter('a=%25zz')).toThrow('not properly encoded');
});
