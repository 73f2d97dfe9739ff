import { LANDLOCK_LOADER, SUPERVISOR } from './landlock-script.ts';
import type { Machine } from '../machine/machine.ts';
import {
  limitArguments,
  sandboxEnvironment,
  SANDBOX_AGENT,
  SANDBOX_NODE,
  SHARED_ETC,
  type Blueprint,
  type LauncherCommand,
} from '../launch/sandbox-layout.ts';
import type { SyscallNumbers } from '../seccomp/syscall-numbers.ts';

/** The folder that a sandbox without a root of its own lives in. */
export interface LandlockFolders {
  readonly folder: string;
  readonly home: string;
  readonly temporary: string;
  /** Read-only: the agent, and `bin/node`, which is a link or a copy. */
  readonly programs: string;
}

export interface LandlockCommandOptions {
  readonly numbers: SyscallNumbers;
  readonly filter: Buffer;
  readonly folders: LandlockFolders;
  /** The sandbox's own; undefined keeps the uid of whoever runs iris. */
  readonly uid: number | undefined;
  /** The daemon, whose death is the sandbox's. */
  readonly parentPid: number;
}

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom'] as const;
/** Settings without secrets; OpenSSL gives up where its own is forbidden rather than absent. */
const OPEN_ETC = [
  ...SHARED_ETC,
  'ssl/openssl.cnf',
  'pki/tls/openssl.cnf',
  'crypto-policies',
  'nsswitch.conf',
  'localtime',
] as const;
/** What programs ask about the machine; nothing below /proc tells of a process. */
const MACHINE_FILES = ['meminfo', 'stat', 'cpuinfo', 'loadavg', 'uptime', 'version'] as const;

/** The command line that shuts one sandbox in with Landlock and a system call filter. */
export function landlockCommand(
  blueprint: Blueprint,
  machine: Machine,
  { numbers, filter, folders, uid, parentPid }: LandlockCommandOptions,
): LauncherCommand {
  const perl = machine.tools.perl?.path ?? 'perl';
  const setpriv = machine.tools.setpriv?.path ?? 'setpriv';
  return {
    argv: [
      [perl, '-e', SUPERVISOR],
      [numbers.prctl, numbers.rtSigprocmask, numbers.rtSigtimedwait, parentPid, uid ?? 0].map(String),
      [setpriv, folders.folder],
      uid === undefined ? [] : dropArguments(setpriv, uid),
      [machine.tools.prlimit?.path ?? 'prlimit', ...limitArguments(blueprint.limits)],
      [perl, '-e', LANDLOCK_LOADER, ...[numbers.prctl, numbers.seccomp, numbers.openat].map(String)],
      reachable(blueprint, { machine, folders, hasOwnUid: uid !== undefined }),
      ['--', '/usr/bin/env', '-i', '-C', folders.home, ...environment(blueprint.sandboxId, folders)],
      blueprint.command.map((word) => whereItLies(word, folders.programs)),
    ].flat(),
    inputs: [filter],
  };
}

/** What other rungs show below /opt/iris lies in the sandbox's own folder. */
function whereItLies(word: string, programs: string): string {
  if (word === SANDBOX_NODE) return `${programs}/bin/node`;
  return word === SANDBOX_AGENT ? `${programs}/agent.cjs` : word;
}

function dropArguments(setpriv: string, uid: number): readonly string[] {
  const id = String(uid);
  return [
    [setpriv, '--reuid', id, '--regid', id, '--clear-groups'],
    ['--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all', '--no-new-privs', '--'],
  ].flat();
}

function reachable(
  blueprint: Blueprint,
  {
    machine,
    folders,
    hasOwnUid,
  }: { readonly machine: Machine; readonly folders: LandlockFolders; readonly hasOwnUid: boolean },
): readonly string[] {
  return [
    [`rw=${folders.home}`, `rw=${folders.temporary}`, `ro=${folders.programs}`],
    // Where the link leads to. To execute a file, Linux has to open it for reading.
    [`ro=${folders.programs}/bin/node`],
    ['ro=/usr', ...machine.rootEntries.map(({ name }) => `ro=/${name}`)],
    OPEN_ETC.map((name) => `ro=/etc/${name}`),
    DEVICES.map((name) => `dev=/dev/${name}`),
    MACHINE_FILES.map((name) => `ro=/proc/${name}`),
    // With the uid of a user, their own terminals would be open, too.
    hasOwnUid ? ['dev=/dev/ptmx', 'pts=/dev/pts'] : [],
  ].flat();
}

function environment(sandboxId: string, { home, temporary, programs }: LandlockFolders): readonly string[] {
  const all = {
    ...sandboxEnvironment(sandboxId),
    PATH: `${programs}/bin:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    TMPDIR: temporary,
  };
  return Object.entries(all).map(([name, value]) => `${name}=${value}`);
}
