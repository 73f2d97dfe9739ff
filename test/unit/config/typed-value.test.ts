import { describe, expect, test } from 'vitest';
import { toIrisError } from '../../../src/core/errors.ts';
import { findKey, readTyped } from '../../../src/config/typed-value.ts';

const read = (name: string, text: string) => readTyped(findKey(name), text);

describe('readTyped', () => {
  test.for([
    ['timeout', '90s', '90s'],
    ['limits.processes', '64', 64],
    ['include', 'a/**, b.json', ['a/**', 'b.json']],
    ['include', '["a,b"]', ['a,b']],
    ['env.PORT', '8080', '8080'],
    ['env', '{"A":"b"}', { A: 'b' }],
    ['sandbox', '007', '007'],
    ['mcpServers.a.b', '{"command":"x"}', { command: 'x' }],
  ] as const)('reads %s %s', ([name, text, value]) => {
    expect(read(name, text)).toEqual({ value, problems: [] });
  });

  test.for([
    ['timeout', 'soon', 'timeout is "soon", expected a duration'],
    ['limits.processes', '1', 'limits.processes is 1, expected a whole number from 32'],
    ['network', 'maybe', 'network is "maybe", expected "off" or "on"'],
  ] as const)('says what is wrong with %s %s', ([name, text, message]) => {
    expect(read(name, text).problems[0]?.message).toContain(message);
  });

  test.for([
    ['env.API_TOKEN', 'abcdefgh'],
    ['env.X', 'e2b_0123456789abcdef'],
    ['env.X', 'postgres://me:pw@db/x'],
    ['E2B_API_KEY', 'anything'],
    ['DATABASE_PASSWORD', 'anything'],
  ] as const)('refuses the secret in %s', ([name, text]) => {
    const error = thrownBy(() => read(name, text));

    expect(error.code).toBe('SECRET_FOUND');
    expect(JSON.stringify(error)).not.toContain(text);
  });

  test.for([
    ['timeuot', 'Did you mean timeout?'],
    ['limits', 'Take one of: limits.memory'],
    ['timeout.x', 'Did you mean timeout?'],
    ['nothing-like-it-at-all', 'iris config list'],
  ] as const)('knows no key %s', ([name, hint]) => {
    const { code, hint: given } = thrownBy(() => read(name, '1'));

    expect([code, given]).toEqual(['IRIS_NOT_FOUND', expect.stringContaining(hint)]);
  });
});

function thrownBy(work: () => unknown) {
  try {
    work();
  } catch (thrown) {
    return toIrisError(thrown);
  }
  throw new Error('Nothing was thrown');
}
