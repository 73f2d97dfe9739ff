import { expect, test } from 'vitest';
import { decodePageToken, encodePageToken, isPastPage } from '../../../../src/host/control/page-token.ts';

const place = { startedAtMs: 1_800_000_000_000, id: 'iabc' };

test('a page token survives the way to the client and back', () => {
  expect(decodePageToken(encodePageToken(place))).toEqual(place);
});

test.each([
  '',
  'zzz',
  Buffer.from('1__').toString('base64url'),
  Buffer.from('x__iabc').toString('base64url'),
])('decodePageToken() refuses %j', (token) => {
  expect(() => decodePageToken(token)).toThrow('Unknown nextToken');
});

test('isPastPage() goes by start, then by id, and excludes the last entry itself', () => {
  const later = { startedAtMs: place.startedAtMs + 1, id: 'iaaa' };
  const twin = { startedAtMs: place.startedAtMs, id: 'iabd' };

  expect([later, twin, place].map((each) => isPastPage(each, place, 'asc'))).toEqual([true, true, false]);
  expect([later, twin, place].map((each) => isPastPage(each, place, 'desc'))).toEqual([false, false, false]);
  expect(isPastPage(place, later, 'desc')).toBe(true);
});
