import { expect, test } from 'vitest';
import { sandboxUser, userNameOf } from '../../../../src/agent/user/sandbox-user.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

test.each([
  [undefined, undefined],
  ['', undefined],
  [basic('root:'), 'root'],
  [basic('user:password:more'), 'user'],
  [basic('alone'), 'alone'],
  [basic(':'), ''],
  [basic('ünï:'), 'ünï'],
  ['Bearer abc', undefined],
  ['Basic', undefined],
  ['Basic ***', undefined],
])('userNameOf(%j)', (header, name) => {
  expect(userNameOf(header)).toBe(name);
});

test.each([undefined, '', 'user'])('sandboxUser(%j) is the usual one', (name) => {
  expect(sandboxUser(name, '/somewhere')).toEqual({ name: 'user', home: '/somewhere' });
});

test('sandboxUser() gives root the home of the sandbox where that is a folder of the host', () => {
  expect(sandboxUser('root', '/tmp/iris-home-x')).toEqual({ name: 'root', home: '/tmp/iris-home-x' });
});

test.each(['nobody', 'Root', 'user ', '__proto__'])('sandboxUser(%j) is refused', (name) => {
  expect(() => sandboxUser(name, '/home/user')).toThrow(`invalid username: '${name}'`);
});
