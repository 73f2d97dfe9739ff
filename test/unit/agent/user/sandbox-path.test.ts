import { expect, test } from 'vitest';
import { resolveSandboxPath, withRealHome } from '../../../../src/agent/user/sandbox-path.ts';

test.each([
  ['a/b', '/home/user/a/b'],
  ['', '/home/user'],
  ['~', '/home/user'],
  ['~/x', '/home/user/x'],
  ['/etc/../tmp', '/tmp'],
])('resolveSandboxPath() of %j', (given, resolved) => {
  expect(resolveSandboxPath(given, '/home/user')).toBe(resolved);
});

test('resolveSandboxPath() rejects a zero byte', () => {
  expect(() => resolveSandboxPath('a\0b', '/home/user')).toThrow('zero byte');
});

test('withRealHome() maps the folders of variables that list them, and nothing else', () => {
  const envs = { PYTHONPATH: '/home/user/.iris/python:/usr/lib/x', NOTE: '/home/user' };

  expect(withRealHome(envs, '/srv/home')).toEqual({
    PYTHONPATH: '/srv/home/.iris/python:/usr/lib/x',
    NOTE: '/home/user',
  });
  expect(withRealHome(envs, '/home/user')).toEqual(envs);
});
