import { expect, test } from 'vitest';
import { wantsGzip } from '../../../../src/agent/http/accepted-coding.ts';

test.for([
  ['gzip', true],
  ['GZIP;q=0.5', true],
  ['gzip, identity', true],
  ['gzip, deflate', false],
  ['gzip, deflate, br, zstd', false],
  ['gzip;q=0', false],
  ['identity', false],
  ['*', false],
  ['', false],
  [undefined, false],
] as const)('Accept-Encoding: %s asks for gzip: %s', ([header, isWanted]) => {
  expect(wantsGzip(header)).toBe(isWanted);
});
