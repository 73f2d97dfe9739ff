import { describe, expect, test } from 'vitest';
import { isNamedBy, verdictOf } from '../../../../src/tools/toolbox/policy.ts';

const save = { name: 'prompt_save', group: 'prompts', effect: 'write' } as const;
const issue = { name: 'github.create_issue', effect: 'write' } as const;

describe('isNamedBy()', () => {
  test.each([
    ['prompt_save', save],
    ['prompts', save],
    ['write', save],
    ['*', save],
    ['prompt_*', save],
    ['*_save', save],
    ['p*_s*e', save],
    ['*m*t*', save],
    ['prompt_save*', save],
    ['github.*', issue],
    ['*.create_*', issue],
    ['write', issue],
  ])('finds %s in %j', (rule, facts) => {
    expect(isNamedBy(rule, facts)).toBe(true);
  });

  test.each([
    ['prompt', save],
    ['prompt_', save],
    ['read', save],
    ['Prompt_save', save],
    ['*_load', save],
    ['prompt_s*save', save],
    ['*prompt_save_*', save],
    ['', save],
    ['github', issue],
    ['githubx*', issue],
    ['githubXcreate_issue', issue],
  ])('does not find %s in %j', (rule, facts) => {
    expect(isNamedBy(rule, facts)).toBe(false);
  });

  test('is quick with a rule that is made to be slow', () => {
    const began = performance.now();

    isNamedBy(`${'*a'.repeat(60)}*b`, { name: 'a'.repeat(10_000), effect: 'read' });

    expect(performance.now() - began).toBeLessThan(100);
  });
});

describe('verdictOf()', () => {
  test.each([
    [{}, 'allow', undefined],
    [{ deny: ['prompts'], ask: ['write'], allow: ['prompt_save'] }, 'deny', 'prompts'],
    [{ ask: ['write'], allow: ['prompt_save'] }, 'ask', 'write'],
    [{ ask: ['write'], allow: ['telemetry'] }, 'ask', 'write'],
    [{ allow: ['read', 'prompt_*'] }, 'allow', 'prompt_*'],
    [{ allow: ['read'] }, 'deny', undefined],
    [{ allow: [] }, 'deny', undefined],
    [{ deny: ['delete'], ask: ['delete'] }, 'allow', undefined],
  ])('of %j is %s', (policy, type, rule) => {
    expect(verdictOf(save, policy)).toEqual({ type, rule });
  });
});
