import { describe, expect, test } from 'vitest';
import { resolveEnvFlags, terminalEnv } from '../../../src/cli/run/script-env.ts';

describe('resolveEnvFlags()', () => {
  test('keeps pairs and fills in names from the caller', () => {
    expect(resolveEnvFlags(['A=1', 'B', 'C='], { B: 'two' })).toEqual(['A=1', 'B=two', 'C=']);
  });

  test.for(['', '=x', '1A=x', 'A B=x'])('refuses %j, which names no variable', (word) => {
    expect(() => resolveEnvFlags([word], {})).toThrow(/is not a name of a variable/);
  });

  test('refuses a name that is not set', () => {
    expect(() => resolveEnvFlags(['NOPE'], {})).toThrow('NOPE is not set here');
  });
});

describe('terminalEnv()', () => {
  test('asks for colour only on a terminal, and never against NO_COLOR', () => {
    expect(terminalEnv({ TERM: 'xterm-256color' }, true)).toEqual(['FORCE_COLOR=2']);
    expect(terminalEnv({ TERM: 'xterm-256color' }, false)).toEqual([]);
    expect(terminalEnv({ TERM: 'dumb' }, true)).toEqual([]);
    expect(terminalEnv({ TERM: 'xterm', NO_COLOR: '1' }, true)).toEqual(['NO_COLOR=1']);
    expect(terminalEnv({ FORCE_COLOR: '0' }, false)).toEqual(['FORCE_COLOR=0']);
  });
});
