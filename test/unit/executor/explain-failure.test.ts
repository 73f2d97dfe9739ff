import { describe, expect, test } from 'vitest';
import { explainFailure, OutputTail } from '../../../src/executor/explain-failure.ts';

const sandbox = { id: 'i1', name: 'default', provider: 'embedded', isolation: 'bubblewrap' } as const;
const explain = (stderrTail: string, facts: { exitCode?: number; signal?: string } = {}) =>
  explainFailure({
    exitCode: 1,
    signal: undefined,
    sandbox,
    hasNetwork: false,
    entry: '/home/user/.iris/x/a.mjs',
    stderrTail,
    ...facts,
  });

describe('explainFailure()', () => {
  test('says nothing about a success or about a fault of the script itself', () => {
    expect(explain('getaddrinfo EAI_AGAIN', { exitCode: 0 })).toBeUndefined();
    expect(explain('TypeError: x is not a function')).toBeUndefined();
  });

  test.for([
    ['getaddrinfo EAI_AGAIN example.com', 'no network'],
    ['connect ENETUNREACH 1.1.1.1:443', 'no network'],
    ['FATAL ERROR: Reached heap limit - JavaScript heap out of memory', 'limit of memory'],
    ['ENOSPC: no space left on device, write', 'limit of disk space'],
    ['Error: spawn node EAGAIN', 'limit of processes'],
  ] as const)('tells the sandbox as the reason of %j', ([stderr, words]) => {
    expect(explain(stderr)?.text).toContain(words);
  });

  test('does not blame the network where the script had one', () => {
    const facts = { exitCode: 1, signal: undefined, entry: '', stderrTail: 'EAI_AGAIN', sandbox };

    expect(explainFailure({ ...facts, hasNetwork: true })).toBeUndefined();
    expect(explainFailure({ ...facts, hasNetwork: false })?.hint).toContain('--net');
  });

  test('notices that the uploaded code is gone', () => {
    expect(explain("Error: Cannot find module '/home/user/.iris/x/a.mjs'")?.isEntryMissing).toBe(true);
  });
});

describe('OutputTail', () => {
  test('keeps the end and only the end', () => {
    const tail = new OutputTail();
    for (let i = 0; i < 50_000; i++) tail.push(Buffer.from(`${i}\n`));

    expect(tail.text().length).toBeLessThanOrEqual(8192);
    expect(tail.text().endsWith('49999\n')).toBe(true);
  });

  test('explains exit code 13, unless Node has said it itself', () => {
    expect(explain('', { exitCode: 13 })?.text).toContain('top-level await');
    expect(explain('Warning: Detected unsettled top-level await', { exitCode: 13 })).toBeUndefined();
  });
});
