import { execa } from 'execa';
import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { IRIS_BIN, openWorkspace, type Workspace } from '../support/workspace.ts';

/** Starts `iris run --watch`, and gives what it has printed so far. */
function watch(space: Workspace, words: readonly string[]) {
  const child = execa(process.execPath, [IRIS_BIN, 'run', '--watch', ...words], {
    cwd: space.dir,
    env: space.env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  const seen = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (seen.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (seen.stderr += String(chunk)));
  const sees = async (stream: 'stdout' | 'stderr', text: string): Promise<void> =>
    void (await until(`${stream} to have ${text}`, () => (seen[stream].includes(text) ? true : undefined)));
  return { child, sees, seen };
}

test('--watch runs again when a file that the script imports changes, also after a mistake', async () => {
  await using space = await openWorkspace();
  await space.write({
    'a.ts': "import { b } from './b.ts'; console.log(b);",
    'b.ts': 'export const b = "one";',
  });
  const { child, sees } = watch(space, ['a.ts']);

  await sees('stderr', 'watching 2 files');
  await sees('stdout', 'one\n');
  await space.write({ 'b.ts': 'export const b = ' });
  await sees('stderr', 'b.ts changed');
  await sees('stderr', 'b.ts:1');
  await space.write({ 'b.ts': 'export const b = "two";' });
  await sees('stdout', 'two\n');
  child.kill('SIGINT');

  expect((await child).exitCode).toBe(130);
});

test('--watch ends a script that still runs before it starts it again', async () => {
  await using space = await openWorkspace();
  const script = (word: string): string =>
    `console.log(${JSON.stringify(word)}); process.on('SIGTERM', () => { console.log('told'); process.exit(0); }); setInterval(() => {}, 1000);`;
  await space.write({ 'a.ts': script('first') });
  const { child, sees, seen } = watch(space, ['a.ts']);

  await sees('stdout', 'first\n');
  // Nothing says when the files are being watched, but what changes later is seen.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await space.write({ 'a.ts': script('second') });
  await sees('stdout', 'second\n');
  expect(seen.stdout).toBe('first\ntold\nsecond\n');
  child.kill('SIGINT');

  expect((await child).exitCode).toBe(130);
  expect(seen.stdout).toContain('second\ntold\n');
});

test('--watch stays at the terminal', async () => {
  await using space = await openWorkspace();
  await space.write({ 'a.ts': '' });

  expect((await space.iris(['run', '--watch', '--detach', 'a.ts'])).exitCode).toBe(64);
});
