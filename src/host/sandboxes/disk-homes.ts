import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { IrisError } from '../../core/errors.ts';
import { checkDiskQuota, makeDiskImage } from '../isolation/launch/disk-quota.ts';
import type { Isolation, SandboxHome } from '../isolation/launch/launcher.ts';

/** Makes and copies the homes of sandboxes. It never opens what a sandbox has written: tools that follow no link do. */
export interface DiskHomes {
  readonly kind: SandboxHome['kind'];
  make(folder: string, bytes: number): Promise<SandboxHome>;
}

const TOOL_ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } as const;
const TOOL_TIMEOUT_MS = 10 * 60_000;
const DETACH_MS = 5_000;
const POLL_MS = 10;
const TRIAL_BYTES = 8 * 1024 * 1024;
/** Each process that uses it must let go of the mount before the loop device goes. */
const TRIAL_MOUNT = 'mount -t ext4 -o loop "$1" /mnt';

/** Finds out which kind of home this machine can give to sandboxes; undefined where homes are in memory only. */
export async function openDiskHomes(isolation: Isolation, templates: string): Promise<DiskHomes | undefined> {
  if (isolation.keepsHome !== true) return undefined;
  const isImage = isolation.rung !== 'none' && (await canMount(templates));
  return {
    kind: isImage ? 'image' : 'folder',
    make: async (folder, bytes) => {
      const home = homeIn(folder, isImage ? 'image' : 'folder');
      if (isImage) await makeDiskImage(home.path, bytes, { folder: templates });
      else await mkdir(home.path, { mode: 0o700 });
      return home;
    },
  };
}

/** Where the home of this kind is in a sandbox's folder. */
export function homeIn(folder: string, kind: SandboxHome['kind']): SandboxHome {
  return { kind, path: join(folder, kind === 'image' ? 'home.ext4' : 'home') };
}

/** Copies a home whose processes stand still or are gone. A link is copied as a link. */
export async function copyHome(from: SandboxHome, folder: string): Promise<SandboxHome> {
  const to = homeIn(folder, from.kind);
  if (from.kind === 'image')
    await tool('cp', ['--sparse=always', '--reflink=auto', '--', from.path, to.path]);
  else await tool('cp', ['-a', '--reflink=auto', '--no-dereference', '--', from.path, to.path]);
  return to;
}

/** Makes a home that was in use before fit for the next start. Throws SANDBOX_UNAVAILABLE when it is still in use. */
export async function mendHome({ kind, path }: SandboxHome): Promise<void> {
  if (kind !== 'image') return;
  const deadline = Date.now() + DETACH_MS;
  while (await isAttached(path)) {
    if (Date.now() > deadline)
      throw new IrisError('SANDBOX_UNAVAILABLE', 'The disk of the sandbox is in use');
    await delay(POLL_MS);
  }
  // It was copied while it was mounted, or its machine went down.
  await tool('e2fsck', ['-y', path], [0, 1]);
}

async function canMount(templates: string): Promise<boolean> {
  if ((await checkDiskQuota()).type !== 'possible') return false;
  const image = join(templates, `trial-${process.pid}.ext4`);
  try {
    await makeDiskImage(image, TRIAL_BYTES, { folder: templates });
    await tool('unshare', [
      '--mount',
      '--propagation',
      'private',
      '/bin/sh',
      '-c',
      TRIAL_MOUNT,
      'trial',
      image,
    ]);
    return true;
  } catch {
    // In a container there may be no devices to mount with.
    return false;
  } finally {
    await rm(image, { force: true });
  }
}

/** Two mounts of one image would destroy it; a killed host's sandboxes take a moment to let go. */
async function isAttached(image: string): Promise<boolean> {
  const devices = (await readdir('/sys/block').catch(() => [])).filter((name) => name.startsWith('loop'));
  const files = await Promise.all(
    devices.map((name) => readFile(`/sys/block/${name}/loop/backing_file`, 'utf8').catch(() => '')),
  );
  return files.some((file) => file.trimEnd() === image);
}

async function tool(
  file: string,
  argv: readonly string[],
  fineCodes: readonly number[] = [0],
): Promise<void> {
  try {
    await promisify(execFile)(file, argv, { env: TOOL_ENVIRONMENT, timeout: TOOL_TIMEOUT_MS });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (typeof code === 'number' && fineCodes.includes(code)) return;
    throw new IrisError('SANDBOX_UNAVAILABLE', `Cannot prepare the home of a sandbox with ${file}`, {
      cause,
    });
  }
}
