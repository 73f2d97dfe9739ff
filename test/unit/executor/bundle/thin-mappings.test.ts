import { SourceMap } from 'node:module';
import { expect, test } from 'vitest';
import { thinMappings } from '../../../../src/executor/bundle/thin-mappings.ts';
import { toVlq, VlqReader } from '../../../../src/executor/bundle/vlq.ts';

test.each([0, 1, -1, 15, 16, -16, 31, 1023, -123_456, 2 ** 29])('VLQ keeps %d', (value) => {
  const reader = new VlqReader(toVlq(value));

  expect(reader.read()).toBe(value);
  expect(reader.position).toBe(toVlq(value).length);
});

/** Two generated lines: three segments of source 0, then two of source 1, then one of each on a line. */
const MAPPINGS = [
  ['AAAA', 'IAAIA', 'KACJ'].join(','),
  ['ACAA', 'GAAG'].join(','),
  '',
  ['CDEA', 'KCFC', 'MAAC'].join(','),
].join(';');

function entries(mappings: string): unknown[] {
  const map = new SourceMap({
    file: '',
    version: 3,
    sources: ['full', 'thin'],
    names: ['name'],
    mappings,
    sourcesContent: [],
    sourceRoot: '',
  });
  const found: unknown[] = [];
  for (let line = 0; line < 4; line += 1) {
    for (let column = 0; column < 20; column += 1) found.push(map.findEntry(line, column));
  }
  return found;
}

test('thinMappings() changes nothing when every source is to be kept whole', () => {
  expect(thinMappings(MAPPINGS, [true, true])).toBe(MAPPINGS);
  expect(entries(thinMappings(MAPPINGS, [true, true]))).toEqual(entries(MAPPINGS));
});

test('thinMappings() keeps one segment per line of a source that is to be thin', () => {
  expect(thinMappings(MAPPINGS, [false, false])).toBe('AAAA;ACCA;;CDEG');
  expect(thinMappings(MAPPINGS, [true, false])).toBe('AAAA,IAAIA,KACJ;ACAA;;CDEG');
});

test('thinMappings() leaves out segments without a source', () => {
  expect(thinMappings('A,CAAA;C', [true])).toBe('CAAA;');
});
