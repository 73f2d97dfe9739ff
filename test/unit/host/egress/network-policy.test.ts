import { expect, test } from 'vitest';
import { parseRange } from '../../../../src/host/egress/ip-range.ts';
import {
  hasWayOut,
  isName,
  toNetworkPolicy,
  type NetworkWish,
} from '../../../../src/host/egress/network-policy.ts';

const policyOf = (wish: NetworkWish) => toNetworkPolicy(wish, (text) => parseRange(text) !== undefined);

test('a sandbox that asks for nothing has no way out', () => {
  expect(policyOf({})).toMatchObject({ allowInternetAccess: false, allowPublicTraffic: true });
  expect(
    [{}, { denyOut: ['10.0.0.0/8'] }, { allow_internet_access: false }].map((wish) =>
      hasWayOut(policyOf(wish)),
    ),
  ).toEqual([false, false, false]);
});

test('denying all traffic wins over internet access, and an allowed entry still opens a way', () => {
  const closed = policyOf({ allow_internet_access: true, denyOut: ['0.0.0.0/0'] });
  const narrow = policyOf({ allow_internet_access: false, allowOut: ['Example.COM.'] });

  expect(hasWayOut(closed)).toBe(false);
  expect([hasWayOut(narrow), narrow.allowOut]).toEqual([true, ['example.com']]);
});

test.for([
  '',
  ' ',
  'a b',
  'http://example.com',
  'example.com:443',
  '10.0.0.0/33',
  '10.0.0/8',
  'fe80::1%eth0',
  '*.*.com',
  '-a.com',
])('refuses the entry %j', (entry) => {
  expect(() => policyOf({ allowOut: [entry], denyOut: ['0.0.0.0/0'] })).toThrow('neither a host name nor');
});

test.for([
  ['localhost', true],
  ['deadbeef', true],
  ['*.example.com', true],
  ['10.0.0.1', false],
  ['::1', false],
  ['fe80::/10', false],
] as const)('isName(%s) is %s', ([entry, is]) => {
  expect(isName(entry)).toBe(is);
});
