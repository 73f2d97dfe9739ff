import { expect, test } from 'vitest';
import { parseByteRange } from '../../../../src/agent/http/byte-range.ts';

test.for([
  ['bytes=0-3', { start: 0, end: 3 }],
  ['bytes=4-', { start: 4, end: 9 }],
  ['bytes=5-99', { start: 5, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=-99', { start: 0, end: 9 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=99999999999999999999-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=3-1', 'whole'],
  ['bytes=-', 'whole'],
  ['bytes=0-1,4-5', 'whole'],
  ['lines=0-1', 'whole'],
  ['', 'whole'],
  [undefined, 'whole'],
] as const)('of ten bytes %s means %o', ([header, range]) => {
  expect(parseByteRange(header, 10)).toEqual(range);
});
