import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readGitCommit } from '../../../../src/app/runs/git-commit.ts';
import { chooseRun, listRunIds, readRun } from '../../../../src/app/runs/read-runs.ts';
import { removeOldRuns } from '../../../../src/app/runs/remove-runs.ts';
import { runFolder } from '../../../../src/app/runs/run-folder.ts';
import { ownMark } from '../../../../src/app/runs/process-mark.ts';
import { writeRecord } from '../../../../src/app/runs/write-record.ts';
import type { RunRecord } from '../../../../src/contract/run-record.ts';
import { newId } from '../../../../src/core/ids.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';

function record(facts: Partial<RunRecord>): RunRecord {
  return {
    v: 1,
    id: newId('run'),
    script: '/p/a.ts',
    args: [],
    cwd: '/p',
    project: '/p',
    tags: [],
    flags: {},
    status: 'succeeded',
    isDetached: false,
    isMasked: false,
    startedAt: new Date().toISOString(),
    timingsMs: { total: 1 },
    calls: 0,
    failedCalls: 0,
    outputBytes: { stdout: 0, stderr: 0 },
    notices: [],
    owner: ownMark(true),
    ...facts,
  };
}

test('a running run is lost when its process is gone, or is another one of the same number', async () => {
  await using dir = await tempDir();
  const own = record({ status: 'running' });
  const gone = record({ status: 'running', owner: { pid: 2 ** 22 + 1, since: '1', isDaemon: true } });
  const other = record({ status: 'running', owner: { ...ownMark(true), since: '1' } });
  for (const one of [own, gone, other]) await writeRecord(runFolder(dir.path, one.id), one);

  const statuses = await Promise.all(
    [own, gone, other].map(async ({ id }) => (await readRun(dir.path, id))?.status),
  );

  expect(statuses).toEqual(['running', 'lost', process.platform === 'linux' ? 'lost' : 'running']);
});

test('old runs go, those that are running stay, and so does what is no run', async () => {
  await using dir = await tempDir();
  const running = record({ status: 'running' });
  const all = [running];
  for (let count = 0; count < 3; count++) {
    // Ids are in the order of their milliseconds.
    await new Promise((resolve) => setTimeout(resolve, 2));
    all.push(record({}));
  }
  for (const one of all) await writeRecord(runFolder(dir.path, one.id), one);
  await mkdir(join(dir.path, 'runs', 'notes'));

  await removeOldRuns(dir.path, { maxRuns: 1, maxAgeMs: 60_000 });
  const byCount = await listRunIds(dir.path);
  await removeOldRuns(dir.path, { maxRuns: 10, maxAgeMs: 0 });

  expect(byCount).toEqual([all[3]?.id, running.id]);
  expect(await listRunIds(dir.path)).toEqual([running.id]);
});

test('an id may be cut at either end, as long as it means one run', () => {
  const ids = ['run_1k856mtv3f617re0yht', 'run_1k856mtv3aaaaaaaaaa', 'run_1k00000000000000000'];

  expect(chooseRun('run_1k0', ids)).toBe(ids[2]);
  expect(chooseRun('1k856mtv3f', ids)).toBe(ids[0]);
  expect(chooseRun('e0yht', ids)).toBe(ids[0]);
  expect(() => chooseRun('1k8', ids)).toThrow('2 runs are meant by 1k8');
  expect(() => chooseRun('yht', ids)).toThrow('There is no run yht');
  expect(() => chooseRun('lost', ids)).toThrow(expect.objectContaining({ hint: 'Did you mean last?' }));
});

test('the commit is read from the files of git', async () => {
  await using dir = await tempDir();
  const project = join(dir.path, 'repo', 'packages', 'one');
  const git = join(dir.path, 'repo', '.git');
  await mkdir(project, { recursive: true });
  await mkdir(join(git, 'refs', 'heads'), { recursive: true });
  const before = await readGitCommit(dir.path);
  await writeFile(join(git, 'HEAD'), 'ref: refs/heads/main\n');
  const unborn = await readGitCommit(project);
  await writeFile(join(git, 'packed-refs'), `# pack-refs\n${COMMIT} refs/heads/main\n`);
  const packed = await readGitCommit(project);
  const newer = COMMIT.replaceAll('0', 'f');
  await writeFile(join(git, 'refs', 'heads', 'main'), `${newer}\n`);

  expect([before, unborn, packed]).toEqual([undefined, undefined, COMMIT]);
  expect(await readGitCommit(project)).toBe(newer);
});
