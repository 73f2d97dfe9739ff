import { expect, test } from 'vitest';
import { homeOf, usernameOf } from '../../../src/agent/sandbox-user.ts';

test('homeOf() knows the default user, user and root; root has no home of the host', () => {
  expect(['', 'user', 'root'].map((name) => homeOf(name, '/tmp/some-home'))).toEqual(
    Array.from({ length: 3 }, () => '/tmp/some-home'),
  );
});

test('homeOf() refuses everyone else', () => {
  expect(() => homeOf('mallory', '/home/user')).toThrow(
    expect.objectContaining({ code: 'unauthenticated', message: "invalid username: 'mallory'" }),
  );
});

test.for([
  ['Basic dXNlcjo=', 'user'],
  ['basic cm9vdDpzZWNyZXQ=', 'root'],
  ['Bearer dXNlcjo=', ''],
  ['Basic', ''],
  [undefined, ''],
] as const)('usernameOf(%s) is %s', ([header, username]) => {
  expect(usernameOf(header)).toBe(username);
});
