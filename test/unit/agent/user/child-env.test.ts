import { expect, test } from 'vitest';
import { ChildEnv } from '../../../../src/agent/user/child-env.ts';

test('ChildEnv gives processes a clean base, the sandbox variables and those of the request, in this order', () => {
  const childEnv = new ChildEnv({
    PATH: '/bin',
    HOME: '/home/user',
    USER: 'user',
    SECRET: 'x',
    NODE_OPTIONS: '--inspect',
    E2B_SANDBOX_ID: 'abc',
  });
  childEnv.addGlobals({ LEVEL: 'global', COLOR: 'red' });

  expect(childEnv.forProcess({ LEVEL: 'request' })).toEqual({
    PATH: '/bin',
    HOME: '/home/user',
    USER: 'user',
    LOGNAME: 'user',
    E2B_SANDBOX: 'true',
    E2B_SANDBOX_ID: 'abc',
    LEVEL: 'request',
    COLOR: 'red',
  });
});
