import { execFile } from 'node:child_process';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { IrisError } from '../../../core/errors.ts';
import { newId } from '../../../core/ids.ts';

export interface DiskQuotaOptions {
  /** Root's own folder for the templates; nobody else may write there. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}

/** Whether this machine can give a sandbox's folder a hard size, and why not. */
export type DiskQuotaSupport =
  { readonly type: 'possible' } | { readonly type: 'impossible'; readonly cause: string };

/** Below this, ext4 has hardly any room for files. */
const MIN_BYTES = 8 * 1024 * 1024;
const TIMEOUT_MS = 30_000;
const MKFS = '/usr/sbin/mkfs.ext4';
const COPY = '/bin/cp';

/** Asks whether images can be made and mounted here. */
export async function checkDiskQuota(): Promise<DiskQuotaSupport> {
  if (process.getuid?.() !== 0) return impossible('only root can mount an image');
  if (!(await exists(MKFS))) return impossible('mkfs.ext4 is not installed (apt-get install e2fsprogs)');
  if (!(await exists('/dev/loop-control'))) return impossible('there are no loop devices here');
  return { type: 'possible' };
}

/**
 * Makes a sparse image of a file system of `bytes` at `imageFile`, as a copy of a template that is made once per size.
 * Throws SANDBOX_UNAVAILABLE when the tools fail.
 */
export async function makeDiskImage(
  imageFile: string,
  bytes: number,
  options: DiskQuotaOptions,
): Promise<void> {
  const template = await templateOf(Math.max(bytes, MIN_BYTES), options);
  await tool(COPY, ['--sparse=always', '--reflink=auto', '--', template, imageFile], options.signal);
}

/**
 * The lines of a launcher's script that mount `$image` on `$home` for `$uid`, inside a mount namespace of its own. The
 * loop device goes with the mount, and the mount with the last process of that namespace, however it ends.
 */
export const MOUNT_IMAGE = `"$mount" -t ext4 -o loop,nosuid,nodev,noatime,noinit_itable "$image" "$home"
chown "$uid:$uid" "$home"
chmod 0755 "$home"`;

async function templateOf(bytes: number, { folder, signal }: DiskQuotaOptions): Promise<string> {
  const template = join(folder, `home-${bytes}.ext4`);
  if (await exists(template)) return template;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Under a name of its own until it is whole, because two daemons may make it at once.
  const draft = `${template}.${newId('draft')}`;
  try {
    await reserve(draft, bytes);
    await tool(MKFS, mkfsArguments(draft), signal);
    await rename(draft, template);
    return template;
  } finally {
    await rm(draft, { force: true });
  }
}

async function reserve(file: string, bytes: number): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.truncate(bytes);
  } finally {
    await handle.close();
  }
}

/** No journal and no reserve for root: what a crash would damage dies with the sandbox anyway. */
function mkfsArguments(file: string): readonly string[] {
  const features = '^has_journal,^resize_inode,uninit_bg';
  return ['-q', '-F', '-m', '0', '-O', features, '-E', 'lazy_itable_init=1,nodiscard', '-L', 'iris', file];
}

async function tool(file: string, argv: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  try {
    await promisify(execFile)(file, argv, {
      timeout: TIMEOUT_MS,
      env: { PATH: '/usr/sbin:/usr/bin:/bin' },
      signal,
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new IrisError('SANDBOX_UNAVAILABLE', `Cannot make the disk of a sandbox with ${file}`, { cause });
  }
}

function impossible(cause: string): DiskQuotaSupport {
  return { type: 'impossible', cause };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
