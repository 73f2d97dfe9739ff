import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { checkDiskQuota, makeDiskImage, MOUNT_IMAGE } from '../../src/host/isolation/launch/disk-quota.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const support = await checkDiskQuota();
const run = promisify(execFile);
const MEBIBYTE = 1024 * 1024;
const UID = 215_999;

describe.skipIf(support.type === 'impossible')('A disk of fixed size', () => {
  test('ends what is written to it with ENOSPC at its limit, and takes no room before', async () => {
    await using dir = await tempDir();
    const image = join(dir.path, 'home.ext4');
    await makeDiskImage(image, 64 * MEBIBYTE, { folder: join(dir.path, 'templates') });

    const { stdout } = await inMount(
      dir.path,
      image,
      'dd if=/dev/zero of=$home/big bs=1M count=200 2>&1; id -u',
    );

    expect((await stat(image)).size).toBe(64 * MEBIBYTE);
    expect(stdout).toContain('No space left on device');
    const written = Number(/(\d+) bytes/.exec(stdout)?.[1]);
    expect(written).toBeGreaterThan(50 * MEBIBYTE);
    expect(written).toBeLessThan(64 * MEBIBYTE);
    expect(stdout.trim().endsWith(String(UID))).toBe(true);
  });

  test('is a sparse copy of a template that is made once', async () => {
    await using dir = await tempDir();
    const folder = join(dir.path, 'templates');
    await makeDiskImage(join(dir.path, 'first'), 1024 * MEBIBYTE, { folder });
    const startMs = performance.now();

    await makeDiskImage(join(dir.path, 'second'), 1024 * MEBIBYTE, { folder });

    expect(performance.now() - startMs).toBeLessThan(500);
    expect((await stat(join(dir.path, 'second'))).blocks * 512).toBeLessThan(4 * MEBIBYTE);
    expect(await readdir(folder)).toEqual([`home-${1024 * MEBIBYTE}.ext4`]);
  });

  test('keeps its files from one mount to the next', async () => {
    await using dir = await tempDir();
    const image = join(dir.path, 'home.ext4');
    await makeDiskImage(image, 16 * MEBIBYTE, { folder: join(dir.path, 'templates') });

    await inMount(dir.path, image, 'echo kept >$home/file');

    expect((await inMount(dir.path, image, 'cat $home/file')).stdout).toBe('kept\n');
  });

  test('leaves no loop device behind when its launcher is killed', async () => {
    await using dir = await tempDir();
    const image = join(dir.path, 'home.ext4');
    await makeDiskImage(image, 16 * MEBIBYTE, { folder: join(dir.path, 'templates') });
    const [file = '', ...argv] = await command(dir.path, image, 'echo up; exec sleep 60');
    const child = spawn(file, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    expect(await loopsOf(image)).toHaveLength(1);

    child.kill('SIGKILL');

    await until('the loop device', async () => (await loopsOf(image)).length === 0);
    expect(await readFile('/proc/self/mounts', 'utf8')).not.toContain(dir.path);
  });

  test('says why it cannot be made, and leaves no half template behind', async () => {
    await using dir = await tempDir();
    const folder = join(dir.path, 'templates');
    const abort = AbortSignal.abort(new Error('given up'));

    await expect(
      makeDiskImage(join(dir.path, 'x'), 16 * MEBIBYTE, { folder, signal: abort }),
    ).rejects.toThrow('given up');
    expect(await readdir(folder)).toEqual([]);
    await writeFile(join(dir.path, 'file'), '');
    await expect(makeDiskImage(join(dir.path, 'file', 'x'), 16 * MEBIBYTE, { folder })).rejects.toMatchObject(
      { code: 'SANDBOX_UNAVAILABLE' },
    );
  });
});

/** As the launcher's stage does it: a mount namespace of its own, then the sandbox's uid. */
async function command(dir: string, image: string, script: string): Promise<readonly string[]> {
  const home = join(dir, 'home');
  await mkdir(home, { recursive: true });
  // The test's folder belongs to root alone; the launcher's stage lies where the uid can pass.
  await run('chmod', ['711', dir]);
  const setUp = `set -e\nmount=mount image=$1 home=$2 uid=$3\n${MOUNT_IMAGE}
    export home; exec setpriv --reuid $uid --regid $uid --clear-groups sh -c "$4"`;
  const stage = ['unshare', '--mount', '--propagation', 'private', '--', 'sh', '-c', setUp, 'stage'];
  return [...stage, image, home, String(UID), script];
}

async function inMount(dir: string, image: string, script: string): Promise<{ stdout: string }> {
  const [file = '', ...argv] = await command(dir, image, script);
  return run(file, argv);
}

async function loopsOf(image: string): Promise<readonly string[]> {
  const { stdout } = await run('losetup', ['-j', image]);
  return stdout.trim().split('\n').filter(Boolean);
}
