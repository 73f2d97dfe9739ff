import { expect, test } from 'vitest';
import { formatByteSize, parseByteSize } from '../../../src/core/byte-size.ts';

test.each([
  ['2GB', 2 * 1024 ** 3],
  ['512MB', 512 * 1024 ** 2],
  ['64k', 64 * 1024],
  ['64KiB', 64 * 1024],
  ['1.5g', 1.5 * 1024 ** 3],
  ['1 MB', 1024 ** 2],
  ['1t', 1024 ** 4],
  ['100', 100],
  ['100b', 100],
  ['0', 0],
])('parseByteSize reads %s as %i bytes', (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes);
});

test.each(['', 'much', '-1MB', '1PB', 'GB', '1e3', '0x10', 'NaN', '1MBit'])(
  'parseByteSize refuses %j',
  (text) => {
    expect(parseByteSize(text)).toBeUndefined();
  },
);

test.each([
  [0, '0B'],
  [1023, '1023B'],
  [65_536, '64KB'],
  [1.5 * 1024 ** 2, '1.5MB'],
  [2 * 1024 ** 3, '2GB'],
  [2 * 1024 ** 5, '2048TB'],
])('formatByteSize writes %i bytes as %s', (bytes, text) => {
  expect(formatByteSize(bytes)).toBe(text);
});
