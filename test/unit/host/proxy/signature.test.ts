import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { judgeSignature, withoutSignature } from '../../../../src/host/proxy/signature.ts';

const accessToken = 'token';
/** sha256 of `/a b:read:user:token:2000`, made by another program. */
const KNOWN = 'v1_9R/Rij7mhWZ4PuMQB+vVvFVxrlsIpi0BOMBkUzfRp24';

const judge = (change: Record<string, string>, { method = 'GET', nowMs = 1_000_000 } = {}): string => {
  const query = { path: '/a b', username: 'user', signature_expiration: '2000', signature: KNOWN, ...change };
  return judgeSignature({ method, query: new URLSearchParams(query), accessToken, nowMs });
};

test('judgeSignature() accepts the signature that E2B makes', () => {
  expect(judge({})).toBe('valid');
});

test.each([
  ['another path', { path: '/a' }],
  ['another user', { username: 'root' }],
  ['another expiration', { signature_expiration: '3000' }],
  ['another signature', { signature: `${KNOWN}x` }],
])('judgeSignature() refuses %s', (_name, change) => {
  expect(judge(change)).toBe('invalid');
});

test.each(['path', 'username', 'signature', 'signature_expiration'])(
  'judgeSignature() refuses two values of %s',
  (name) => {
    const query = new URLSearchParams({
      path: '/a b',
      username: 'user',
      signature_expiration: '2000',
      signature: KNOWN,
    });
    query.append(name, query.get(name) ?? '');

    expect(judgeSignature({ method: 'GET', query, accessToken, nowMs: 1_000_000 })).toBe('invalid');
  },
);

test.each(['', '-1', '1e9', '0x7d0', ' 2000', '99999999999999999'])(
  'judgeSignature() refuses an expiration of %j, even when it is signed',
  (expiration) => {
    const digest = createHash('sha256').update(`/a:read::${accessToken}:${expiration}`).digest('base64');
    const query = new URLSearchParams({
      path: '/a',
      signature_expiration: expiration,
      signature: `v1_${digest.replace(/=+$/, '')}`,
    });

    expect(judgeSignature({ method: 'GET', query, accessToken, nowMs: 0 })).not.toBe('valid');
  },
);

test('judgeSignature() refuses another method, and tells a late request from a false one', () => {
  expect(judge({}, { method: 'POST' })).toBe('invalid');
  expect(judge({}, { method: 'DELETE' })).toBe('invalid');
  expect(judge({}, { nowMs: 2_000_001 })).toBe('expired');
  expect(judge({ path: '/a' }, { nowMs: 2_000_001 })).toBe('invalid');
});

test('withoutSignature() keeps the rest of the query', () => {
  const query = new URLSearchParams({
    path: '/a b',
    signature: 's',
    signature_expiration: '1',
    username: 'u',
  });

  expect(withoutSignature(query)).toBe('path=%2Fa+b&username=u');
});
