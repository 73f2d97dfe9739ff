import { describe, expect, test } from 'vitest';
import { copyError, skippedWords } from '../../../../src/app/copy/copy-words.ts';
import { CopyFailure, toCopyFailure } from '../../../../src/core/copy/copy-failure.ts';

const HERE = { sandbox: undefined, does: 'writes' } as const;
const THERE = { sandbox: 'dev', does: 'reads' } as const;

function errno(code: string): Error {
  return Object.assign(new Error(code), { code });
}

describe('copyError', () => {
  test.each([
    ['ENOENT', THERE, 66, 'There is no x in sandbox dev'],
    ['EACCES', THERE, 66, 'No permission for x in sandbox dev'],
    ['EACCES', HERE, 74, 'No permission for x on this machine'],
    ['EROFS', HERE, 74, 'No permission for x on this machine'],
    ['ENOSPC', HERE, 74, 'There is no room for x on this machine'],
    ['EDQUOT', HERE, 74, 'There is no room for x on this machine'],
    ['EISDIR', HERE, 73, 'x on this machine is a directory, and a file cannot take its place'],
    ['EIO', HERE, 74, 'Copying x on this machine failed with EIO'],
  ])('%s: exit code and words', (code, side, exit, message) => {
    const error = copyError(toCopyFailure(errno(code), 'x'), side);

    expect([error.facts.exit, error.message]).toEqual([exit, message]);
    expect(error.hint).not.toContain('\n');
  });

  test('a path of the sandbox cannot steer the terminal, nor fill it', () => {
    const steering = copyError(new CopyFailure('unsafe', '../a\n\u001B[2J'), THERE);
    const long = copyError(new CopyFailure('missing', 'x'.repeat(4000)), THERE);

    expect(steering.message).toBe('The sandbox sent a file that was not asked for: ../a\uFFFD\uFFFD[2J');
    expect(steering.facts.exit).toBe(77);
    expect(long.message.length).toBeLessThan(600);
  });
});

test('what is left out keeps its name', () => {
  expect(skippedWords({ why: 'special', path: 'a\nb' })).toEqual({
    path: 'a\nb',
    why: 'neither a file nor a directory',
  });
});
