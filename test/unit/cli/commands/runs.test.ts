import { expect, test } from 'vitest';
import { toRunFilter } from '../../../../src/cli/commands/runs/filter-runs.ts';
import { openLineGrep } from '../../../../src/cli/commands/runs/grep-lines.ts';
import type { RunRecord } from '../../../../src/contract/run-record.ts';

const run: RunRecord = {
  v: 1,
  id: 'run_1k856mtv3f617re0yht',
  script: '/home/me/app/reports/daily/sales.ts',
  args: [],
  cwd: '/home/me/app',
  project: '/home/me/app',
  tags: ['nightly', 'team=a'],
  flags: {},
  isMasked: false,
  status: 'timed out',
  isDetached: false,
  startedAt: '2026-01-31T12:00:00.000Z',
  timingsMs: { total: 1 },
  calls: 0,
  failedCalls: 0,
  outputBytes: { stdout: 0, stderr: 0 },
  notices: [],
  owner: { pid: 1, since: '', isDaemon: true },
};
const nowMs = Date.parse('2026-01-31T13:00:00Z');

test.each([
  [{ script: 'sales.ts' }, true],
  [{ script: 'reports/**' }, true],
  [{ script: './reports/*/s?les.ts' }, true],
  [{ script: '**/sales.ts' }, true],
  [{ script: '/home/me/app/reports/daily/*.ts' }, true],
  [{ script: 'reports/*' }, false],
  [{ script: 'sales.t.' }, false],
  [{ tag: ['nightly', 'team=a'] }, true],
  [{ tag: ['nightly', 'team=b'] }, false],
  [{ status: 'timed-out' }, true],
  [{ status: 'timed out' }, true],
  [{ status: 'failed' }, false],
  [{ since: '61m' }, true],
  [{ since: '59m' }, false],
  [{ since: '2026-01-31T11:59:59Z' }, true],
])('runs ls with %o shows it: %s', (filters, isMeant) => {
  expect(toRunFilter(filters, nowMs)(run)).toBe(isMeant);
});

test.each([
  [{ since: 'yesterday' }, '--since yesterday: that is no time'],
  [{ status: 'ok' }, '--status ok: there is no such choice'],
])('runs ls refuses %o', (filters, message) => {
  expect(() => toRunFilter(filters, nowMs)).toThrow(message);
});

test('--grep finds lines that come in pieces, of each stream by itself, and the last one without an end', () => {
  const grep = openLineGrep('^E\\d+');
  const texts = [
    ['stdout', 'E1 one\r\nno\nE'],
    ['stderr', 'E9 other\n'],
    ['stdout', '2 two\nxE3\nE4 end'],
  ] as const;
  const pieces = texts.flatMap(([source, text]) => grep.add({ source, atMs: 1, data: Buffer.from(text) }));

  expect([...pieces, ...grep.end()].map(({ data }) => data.toString())).toEqual([
    'E1 one\r\n',
    'E9 other\n',
    'E2 two\n',
    'E4 end',
  ]);
});
