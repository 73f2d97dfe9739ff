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

test.each([
  [
    'better-sqlite3',
    'Error: Could not locate the bindings file. Tried:\n    at bindings (/home/user/node_modules/bindings/bindings.js:126:9)\n    at new Database (/home/user/node_modules/better-sqlite3/lib/database.js:48:64)',
  ],
  ['sharp', 'Error: Could not load the "sharp" module using the linux-x64 runtime'],
  [
    '@scope/hash',
    'Error: No native build was found for platform=linux\n    at load (/home/user/node_modules/node-gyp-build/node-gyp-build.js:60:9)\n    at (/home/user/node_modules/@scope/hash/index.js:1:1)',
  ],
])('native code that is not there is named with its package: %s', (name, stderrTail) => {
  expect(explain(stderrTail)?.hint).toContain(`--install ${name}`);
});
