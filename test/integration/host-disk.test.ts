import { E2B } from '@e2b/code-interpreter';
import { stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { chooseIsolation } from '../../src/host/isolation/choose-isolation.ts';
import { checkDiskQuota } from '../../src/host/isolation/launch/disk-quota.ts';
import { TEST_LIMITS } from '../support/host.ts';
import { openRealHost } from '../support/real-host.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const MIB = 1024 * 1024;
const LIMITS = { ...TEST_LIMITS, homeBytes: 32 * MIB };
const canLimit = (await checkDiskQuota()).type === 'possible';

/** What a script can do to the disk of the host. */
describe('homes on disk', () => {
  test.skipIf(!canLimit).each(['auto', 'util-linux'] as const)('have a fixed size (%s)', async (wanted) => {
    await using dir = await tempDir();
    await using host = await openRealHost({
      isolation: () => chooseIsolation({ wanted }),
      limits: LIMITS,
      stateDir: dir.path,
    });
    const e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
    const sandbox = await e2b.Sandbox.create();

    const filled = await sandbox.commands.run(
      'dd if=/dev/zero of=big bs=1M count=64 2>&1; stat -c %s big; mount | grep /home/user',
    );
    const other = await e2b.Sandbox.create();

    expect(filled.stdout).toContain('No space left on device');
    expect(filled.stdout).toMatch(/nosuid,nodev/);
    expect((await other.commands.run('echo fine >file; cat file')).stdout).toBe('fine\n');
    expect(host.facts(sandbox.sandboxId)?.limits?.diskLimit).toBe('fixed size');
    await Promise.all([sandbox.kill(), other.kill()]);
  });

  test('without a fixed size, a script that takes too much is ended', async () => {
    await using dir = await tempDir();
    const said: string[] = [];
    await using host = await openRealHost({
      isolation: () => chooseIsolation({ wanted: 'none' }),
      limits: LIMITS,
      stateDir: dir.path,
      logger: (event) => void said.push(event),
    });
    const e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
    const sandbox = await e2b.Sandbox.create();
    const neighbour = await e2b.Sandbox.create();
    expect(host.facts(sandbox.sandboxId)?.limits?.diskLimit).toBe('watched');

    await sandbox.commands.run('dd if=/dev/urandom of=big bs=1M count=96 2>&1; sleep 60', {
      background: true,
    });
    await until('the end', () => said.includes('sandbox.killed-for-disk'));

    await until('the room to be free again', async () => !(await sandbox.isRunning()));
    expect(await neighbour.isRunning()).toBe(true);
    await neighbour.kill();
  });

  test('a volume that a script lets grow beyond its size ends that script', async () => {
    await using dir = await tempDir();
    const said: string[] = [];
    await using host = await openRealHost({
      limits: LIMITS,
      stateDir: dir.path,
      logger: (event) => void said.push(event),
    });
    const connection = { apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url };
    const volume = await new E2B(connection).Volume.create('much');
    const sandbox = await new E2B(connection).Sandbox.create({ volumeMounts: { '/mnt/much': volume } });

    await sandbox.commands.run(
      'for i in $(seq 100); do dd if=/dev/zero bs=1M count=8 >>/mnt/much/big 2>/dev/null; sleep 0.1; done',
      { background: true },
    );
    await until('the end', () => said.includes('sandbox.killed-for-disk'));

    expect(await sandbox.isRunning()).toBe(false);
  });

  test('a script cannot lead the host to a file outside by a link', async () => {
    await using dir = await tempDir();
    await using host = await openRealHost({ stateDir: dir.path });
    const e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
    const sandbox = await e2b.Sandbox.create();
    const { mode, uid } = await stat('/etc/passwd');
    await sandbox.commands.run(
      'rm -rf .[a-z]*; ln -s /etc etc; ln -s /etc/passwd lost+found; ln -s / root; mkdir -m 0 closed',
    );

    await sandbox.pause({ keepMemory: false });
    const again = await e2b.Sandbox.connect(sandbox.sandboxId);
    expect((await again.commands.run('readlink etc root lost+found')).stdout).toBe('/etc\n/\n/etc/passwd\n');
    const snapshot = await again.createSnapshot();
    const copy = await e2b.Sandbox.create(snapshot.snapshotId);

    expect((await copy.commands.run('readlink etc root')).stdout).toBe('/etc\n/\n');
    await Promise.all([again.kill(), copy.kill(), e2b.Sandbox.deleteSnapshot(snapshot.snapshotId)]);
    const after = await stat('/etc/passwd');
    expect([after.mode, after.uid]).toEqual([mode, uid]);
  });
});
