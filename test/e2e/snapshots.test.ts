import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
  await space.write({
    'write.ts': "import { writeFileSync } from 'node:fs'; writeFileSync('kept.txt', process.argv[2] ?? '');",
    'read.ts': "import { readFileSync } from 'node:fs'; console.log(readFileSync('kept.txt', 'utf8'));",
  });
});
afterAll(async () => {
  await space[Symbol.asyncDispose]();
});

async function snapshots(): Promise<{ id: string; names: string[] }[]> {
  return JSON.parse(String((await space.iris(['sandbox', 'snapshots', 'ls', '--json'])).stdout));
}

test('a snapshot keeps the files of a sandbox, and others begin with them', async () => {
  await space.iris(['run', 'write.ts', 'before']);

  const taken = await space.iris(['sandbox', 'snapshot', 'default', '--name', 'with-data']);
  await space.iris(['run', 'write.ts', 'after']);

  const id = String(taken.stdout).trim();
  expect(taken.exitCode).toBe(0);
  expect(taken.stderr).toContain(`iris run --new --template ${id}`);
  expect((await snapshots()).map((row) => row.id)).toEqual([id]);
  expect((await space.iris(['run', '--new', '--rm', '--template', id, 'read.ts'])).stdout).toBe('before\n');
  expect((await space.iris(['run', '--new', '--rm', '--template', 'with-data', 'read.ts'])).stdout).toBe(
    'before\n',
  );
  expect((await space.iris(['run', 'read.ts'])).stdout).toBe('after\n');
});

test('a snapshot is removed once, and a second time says that there is none', async () => {
  const [row] = await snapshots();
  const id = row?.id ?? '';

  expect((await space.iris(['sandbox', 'snapshots', 'rm', id])).stdout).toBe(`removed ${id}\n`);
  const again = await space.iris(['sandbox', 'snapshots', 'rm', id]);

  expect(again.exitCode).toBe(66);
  expect(again.stderr).toContain(`There is no snapshot ${id}`);
  expect(await snapshots()).toEqual([]);
});

test('a sandbox that is not there, or a name that is none, says what to do', async () => {
  const gone = await space.iris(['sandbox', 'snapshot', 'nowhere']);
  const name = await space.iris(['sandbox', 'snapshot', 'default', '--name', 'With Data']);

  expect([gone.exitCode, name.exitCode]).toEqual([69, 64]);
  expect(name.stderr).toContain('lower-case');
});

test('a template that this machine does not have is refused', async () => {
  const run = await space.iris(['run', '--new', '--rm', '--template', 'my-team/python', 'read.ts']);

  expect(run.exitCode).toBe(64);
  expect(run.stderr).toContain('There is no template "my-team/python" on this machine');
  expect(run.stderr).toContain('--provider e2b');
});
