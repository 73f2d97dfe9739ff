import { E2B } from '@e2b/code-interpreter';
import { chmod, chown, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chooseIsolation } from '../../src/host/isolation/choose-isolation.ts';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { bundleAgent } from '../support/agent.ts';
import { startCrashingHost } from '../support/crashing-host.ts';
import { openRealHost } from '../support/real-host.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const isRoot = process.getuid?.() === 0;
const PLAIN_UID = 64_123;

/** What is left of sandboxes when their host dies without a word. */
describe.each(['auto', 'none'] as const)('a host that is killed (%s)', (wanted) => {
  const openNext = (stateDir: string): Promise<EmbeddedHost> =>
    openRealHost({ isolation: () => chooseIsolation({ wanted }), stateDir });

  test('leaves its sandboxes to the next host as paused ones, with their files', async () => {
    await using dir = await tempDir();
    const agent = await bundleAgent();
    const stateDir = join(dir.path, 'state');
    const first = await startCrashingHost({ folder: dir.path, stateDir, agentFile: agent.file, wanted });
    const before = new E2B({ apiKey: first.apiKey, apiUrl: first.url, sandboxUrl: first.url });
    const sandbox = await before.Sandbox.create({ metadata: { who: 'me' }, envs: { WORD: 'hei' } });
    await sandbox.files.write('deep/file', 'kept');
    await sandbox.commands.run('ln -s /etc/hostname link; sync');
    const short = await before.Sandbox.create({ timeoutMs: 1_000 });
    const shortEndMs = (await short.getInfo()).endAt.getTime();
    await first.kill();
    await until('the short life to be over', () => Date.now() > shortEndMs);

    await using second = await openNext(stateDir);
    const after = new E2B({ apiKey: second.apiKey, apiUrl: second.url, sandboxUrl: second.url });
    const listed = await after.Sandbox.list().nextItems();
    const again = await after.Sandbox.connect(sandbox.sandboxId);
    const ran = await again.commands.run('cat deep/file; readlink link; echo $WORD');
    await again.kill();
    agent.remove();

    expect(listed).toMatchObject([
      { sandboxId: sandbox.sandboxId, state: 'paused', metadata: { who: 'me' } },
    ]);
    expect(listed.map(({ sandboxId }) => sandboxId)).not.toContain(short.sandboxId);
    expect(ran.stdout).toBe('kept/etc/hostname\nhei\n');
    expect(await after.Sandbox.list().nextItems()).toEqual([]);
  });

  test('does not confuse the next one with what it left half done', async () => {
    await using dir = await tempDir();
    const owner = join(dir.path, 'sandboxes', '999999999-1-00000000');
    for (const [name, text] of [
      ['ihalf', '{"version":1,"id":'],
      ['inone', undefined],
      ['iother', '{"version":99}'],
    ] as const) {
      await mkdir(join(owner, name), { recursive: true });
      if (text !== undefined) await writeFile(join(owner, name, 'record.json'), text);
    }
    const live = join(dir.path, 'sandboxes', `${process.ppid}--00000000`, 'ilive');
    await mkdir(live, { recursive: true });

    await using host = await openNext(dir.path);
    const e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });

    expect(await e2b.Sandbox.list().nextItems()).toEqual([]);
    const owners = await readdir(join(dir.path, 'sandboxes'));
    expect(owners).not.toContain('999999999-1-00000000');
    expect(await readdir(join(live, '..'))).toEqual(['ilive']);
  });
});

describe.skipIf(!isRoot).each(['bubblewrap', 'util-linux', 'none'] as const)(
  'a host of an ordinary user (%s)',
  (wanted) => {
    test('keeps the files of its sandboxes, copies them, and removes them', async () => {
      await using dir = await tempDir();
      const agent = await bundleAgent();
      const stateDir = join(dir.path, 'state');
      await mkdir(stateDir);
      await chown(dir.path, PLAIN_UID, PLAIN_UID);
      await chown(stateDir, PLAIN_UID, PLAIN_UID);
      await chmod(dirname(agent.file), 0o755);
      const options = { folder: dir.path, stateDir, agentFile: agent.file, wanted, uid: PLAIN_UID };
      const first = await startCrashingHost(options);
      const before = new E2B({ apiKey: first.apiKey, apiUrl: first.url, sandboxUrl: first.url });
      const sandbox = await before.Sandbox.create();
      await sandbox.commands.run('mkdir -p a/b; echo kept >a/b/file; ln -s /etc/passwd link; mkfifo pipe');
      const snapshot = await sandbox.createSnapshot();
      await sandbox.commands.run('chmod 0 a/b');
      await first.kill();

      const second = await startCrashingHost(options);
      const after = new E2B({ apiKey: second.apiKey, apiUrl: second.url, sandboxUrl: second.url });
      const again = await after.Sandbox.connect(sandbox.sandboxId);
      const copy = await after.Sandbox.create(snapshot.snapshotId);
      const seen = [
        await again.commands.run('chmod 700 a/b; cat a/b/file; readlink link; stat -c %U a; chmod 0 a/b a'),
        await copy.commands.run('cat a/b/file; readlink link'),
      ].map(({ stdout }) => stdout);
      await Promise.all([again.kill(), copy.kill(), after.Sandbox.deleteSnapshot(snapshot.snapshotId)]);
      const left = (await readdir(stateDir, { recursive: true })).filter((name) => name.includes('home'));
      await second.kill();
      agent.remove();

      expect(seen[0]).toMatch(/^kept\n\/etc\/passwd\n/);
      expect(seen[1]).toBe('kept\n/etc/passwd\n');
      expect(left).toEqual([]);
    });
  },
);
