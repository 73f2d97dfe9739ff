import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRealHost } from '../support/real-host.ts';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

const READ = `import { existsSync } from 'node:fs'; console.log(existsSync('/home/user/kept.txt'));`;

let space: Workspace;
beforeEach(async () => {
  space = await openWorkspace();
  await space.write({
    'keep.ts': `import { writeFileSync } from 'node:fs'; writeFileSync('/home/user/kept.txt', 'kept');`,
    'read.ts': READ,
  });
});
afterEach(() => space[Symbol.asyncDispose]());

const sandboxes = async (env = space.env): Promise<{ id: string; state: string }[]> =>
  JSON.parse(String((await space.iris(['sandbox', 'ls', '--json'], { env })).stdout));

async function killDaemon(env = space.env): Promise<void> {
  const status = JSON.parse(String((await space.iris(['daemon', 'status', '--json'], { env })).stdout));
  process.kill(status.pid, 'SIGKILL');
}

describe('iris run after the daemon was killed', () => {
  test('goes on in the same sandbox, but not in another project, with another network or with --new', async () => {
    await space.write({ 'other/.irisrc': '', 'other/read.ts': READ });
    await space.iris(['run', 'keep.ts']);
    const before = await sandboxes();
    await killDaemon();

    const others = [
      await space.iris(['run', '--new', '--rm', 'read.ts']),
      await space.iris(['run', '--net', '--rm', 'read.ts']),
      await space.iris(['run', '--rm', 'read.ts'], { cwd: join(space.dir, 'other') }),
    ];
    const same = await space.iris(['run', '-v', 'read.ts']);

    expect(others.map(({ stdout }) => stdout)).toEqual(Array(3).fill('false\n'));
    expect(same.stdout).toBe('true\n');
    expect(same.stderr).toContain(`Resumed sandbox ${before[0]?.id}`);
    expect((await sandboxes()).map(({ id, state }) => [id, state])).toEqual([[before[0]?.id, 'running']]);
    // The very script that was there before is not taken for known, either.
    expect((await space.iris(['run', 'keep.ts'])).exitCode).toBe(0);
  });

  test('starts afresh and says why when the old home cannot be used', async () => {
    await space.iris(['run', 'keep.ts']);
    await killDaemon();
    await spoilHome();

    const result = await space.iris(['run', '-v', 'read.ts']);

    expect([result.stdout, result.exitCode]).toEqual(['false\n', 0]);
    expect(result.stderr).toContain('could not be resumed');
  });
});

test('iris run goes on in the sandbox in the cloud that its own daemon left, not in that of another', async () => {
  await using host = await openRealHost();
  const cloud = { E2B_API_KEY: host.apiKey, E2B_API_URL: host.url, E2B_SANDBOX_URL: host.url };
  const env = { ...space.env, ...cloud };
  await space.iris(['run', 'keep.ts'], { env });
  await killDaemon(env);

  const own = await space.iris(['run', 'read.ts'], { env });
  await killDaemon(env);
  await rm(join(space.stateDir, 'owner'));
  const stranger = await space.iris(['run', 'read.ts'], { env });

  expect([own.stdout, stranger.stdout]).toEqual(['true\n', 'false\n']);
});

/** Puts something else where the home was. */
async function spoilHome(): Promise<void> {
  const all = join(space.stateDir, 'sandboxes');
  const names = await readdir(all, { recursive: true });
  const homes = names.filter((name) => /^[^/]+\/[^/]+\/home(?:\.ext4)?$/.test(name));
  expect(homes).toHaveLength(1);
  for (const name of homes) {
    await rm(join(all, name), { recursive: true });
    await writeFile(join(all, name), 'no home');
  }
}
