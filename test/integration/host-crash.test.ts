import { E2B } from '@e2b/code-interpreter';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chooseIsolation } from '../../src/host/isolation/choose-isolation.ts';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { bundleAgent } from '../support/agent.ts';
import { startCrashingHost } from '../support/crashing-host.ts';
import { openRealHost } from '../support/real-host.ts';
import { tempDir } from '../support/temp-dir.ts';

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
    await first.kill();
    await new Promise((resolve) => {
      setTimeout(resolve, 1_000);
    });

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
