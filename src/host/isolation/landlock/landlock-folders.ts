import {
  chown,
  chmod,
  constants,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  realpath,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { IrisError } from '../../../core/errors.ts';
import type { LandlockFolders } from './landlock-command.ts';
import type { SandboxSources } from '../launch/sandbox-layout.ts';

const OTHERS_MAY_ENTER = 0o001;
const OTHERS_MAY_READ_AND_RUN = 0o005;

/** Makes the folder of one sandbox; with a `uid`, its home belongs to that one and the rest stays root's. */
export async function makeLandlockFolders(
  sources: SandboxSources,
  uid: number | undefined,
): Promise<LandlockFolders> {
  if (uid !== undefined) await checkReach(sources.node);
  const folder = await realpath(await mkdtemp(join(await temporaryPlace(uid), 'iris-box-')));
  const folders = {
    folder,
    home: join(folder, 'user'),
    temporary: join(folder, 'tmp'),
    programs: join(folder, 'iris'),
  };
  try {
    if (uid !== undefined) await chmod(folder, 0o711);
    await fill(folders, sources, uid);
    return folders;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function fill(
  { home, temporary, programs }: LandlockFolders,
  sources: SandboxSources,
  uid: number | undefined,
): Promise<void> {
  const bin = join(programs, 'bin');
  await mkdir(bin, { recursive: true, mode: 0o755 });
  await provideNode(sources.node, join(bin, 'node'), uid);
  // Copied, because the sandbox may lack the permission to read them where they are.
  await copyReadable(sources.agent, join(programs, 'agent.cjs'));
  await copyReadable(sources.spare, join(programs, 'spare.mjs'));
  for (const own of [home, temporary]) {
    await mkdir(own, { mode: 0o700 });
    if (uid !== undefined) await chown(own, uid, uid);
  }
}

/**
 * Links to a Node that is somebody else's. One's own is copied: whoever may open a file of theirs may change its
 * mode, and a sandbox with the same uid could make it run with that uid for every user of this machine.
 */
async function provideNode(from: string, to: string, uid: number | undefined): Promise<void> {
  if (uid !== undefined || (await stat(from)).uid !== process.getuid?.()) {
    await symlink(from, to);
    return;
  }
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await chmod(to, 0o555);
}

async function copyReadable(from: string | undefined, to: string): Promise<void> {
  if (from === undefined) return;
  await copyFile(from, to);
  await chmod(to, 0o444);
}

/** A temporary folder that the sandbox's uid can pass through. */
async function temporaryPlace(uid: number | undefined): Promise<string> {
  const usual = tmpdir();
  return uid === undefined || (await isOpenToAll(usual)) ? usual : '/tmp';
}

async function checkReach(node: string): Promise<void> {
  const { mode } = await stat(node);
  if ((mode & OTHERS_MAY_READ_AND_RUN) === OTHERS_MAY_READ_AND_RUN && (await isOpenToAll(dirname(node))))
    return;
  throw new IrisError('ISOLATION_UNAVAILABLE', `only root can reach ${node}, and the sandbox is not root`, {
    hint: 'Install Node where every user can run it, such as /usr/local.',
  });
}

async function isOpenToAll(folder: string): Promise<boolean> {
  const { mode } = await lstat(folder);
  if ((mode & OTHERS_MAY_ENTER) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || (await isOpenToAll(parent));
}
