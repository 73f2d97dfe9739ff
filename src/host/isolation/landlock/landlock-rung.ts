import { readdir, rm, stat } from 'node:fs/promises';
import { IrisError } from '../../../core/errors.ts';
import { killMarked, killUid } from '../processes/kill-strays.ts';
import { landlockCommand } from './landlock-command.ts';
import { landlockFilter } from './landlock-filter.ts';
import { makeLandlockFolders } from './landlock-folders.ts';
import { LANDLOCK_PROBE } from './landlock-probe.ts';
import { landlockSyscalls } from './landlock-syscalls.ts';
import type { LaunchedSandbox, SandboxLimits } from '../launch/launcher.ts';
import type { Machine } from '../machine/machine.ts';
import { readSources } from '../machine/read-sources.ts';
import type { RungLauncher, RungRequest } from '../launch/rung.ts';
import { agentCommand } from '../launch/sandbox-layout.ts';
import type { SandboxUids } from '../launch/sandbox-uids.ts';
import { startInGroup } from '../processes/start-in-group.ts';
import type { SyscallNumbers } from '../seccomp/syscall-numbers.ts';
import { landlockWeaknesses } from '../machine/weaknesses.ts';

/** The third rung: walls within one process tree, for machines that let nobody make namespaces. */
export function landlockRung(machine: Machine, numbers: SyscallNumbers, uids: SandboxUids): RungLauncher {
  return {
    rung: 'landlock',
    weaknesses: landlockWeaknesses(machine),
    probe: LANDLOCK_PROBE,
    launch: async (request) => {
      request.signal?.throwIfAborted();
      if (!machine.isRoot) return launchAs(undefined, { request, machine, numbers });
      const uid = await uids.take();
      try {
        return await launchAs(uid, { request, machine, numbers, release: () => uids.release(uid) });
      } catch (error) {
        uids.release(uid);
        throw error;
      }
    },
  };
}

interface LandlockLaunch {
  readonly request: RungRequest;
  readonly machine: Machine;
  readonly numbers: SyscallNumbers;
  readonly release?: () => void;
}

async function launchAs(uid: number | undefined, launch: LandlockLaunch): Promise<LaunchedSandbox> {
  const { request, machine, numbers, release } = launch;
  const sources = await readSources(request, machine);
  const limits = uid === undefined ? await besideOthers(request.limits) : request.limits;
  const folders = await makeLandlockFolders(sources, uid);
  const removeFolder = (): Promise<void> => rm(folders.folder, { recursive: true, force: true });
  const { sandboxId, command = agentCommand() } = request;
  try {
    const filter = filterFor(numbers, uid !== undefined);
    const line = landlockCommand({ sandboxId, limits, sources, command }, machine, {
      numbers,
      filter,
      folders,
      uid,
      parentPid: process.pid,
    });
    const cleanUp = async (): Promise<void> => {
      // The one who watches over the sandbox has seen to this, unless it was killed itself.
      await (uid === undefined ? killMarked(sandboxId) : killUid(uid));
      await removeFolder();
      release?.();
    };
    const running = { hasInit: false, isSupervised: true, cleanUp };
    return await startInGroup(line, { request, machine, running });
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

function filterFor(numbers: SyscallNumbers, hasOwnUid: boolean): Buffer {
  const syscalls = landlockSyscalls(process.arch);
  if (syscalls === undefined) throw new IrisError('INTERNAL', `No system call numbers for ${process.arch}`);
  return landlockFilter({ numbers, syscalls, hasOwnUid });
}

/** Without a uid of its own, a sandbox's threads are counted together with all others of this user. */
async function besideOthers(limits: SandboxLimits): Promise<SandboxLimits> {
  const own = process.getuid?.();
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const counts = await Promise.all(
    pids.map(async (pid) => {
      const owner = (await stat(`/proc/${pid}`).catch(() => undefined))?.uid;
      return owner === own ? (await readdir(`/proc/${pid}/task`).catch(() => [])).length : 0;
    }),
  );
  return { ...limits, maxThreads: counts.reduce((sum, count) => sum + count, limits.maxThreads) };
}
