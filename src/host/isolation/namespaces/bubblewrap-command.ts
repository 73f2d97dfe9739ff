import { etcFiles } from './etc-files.ts';
import type { Machine, RootEntry } from '../machine/machine.ts';
import {
  limitedCommand,
  sandboxEnvironment,
  SANDBOX_AGENT,
  SANDBOX_ESBUILD,
  SANDBOX_GID,
  SANDBOX_HOME,
  SANDBOX_HOSTNAME,
  SANDBOX_KERNEL,
  SANDBOX_NODE,
  SANDBOX_PRELOAD,
  SANDBOX_SPARE,
  SANDBOX_UID,
  SHARED_ETC,
  SHM_BYTES,
  type Blueprint,
  type LauncherCommand,
  type SandboxSources,
} from '../launch/sandbox-layout.ts';

/** What this host's bubblewrap can do beyond the required. */
export interface BubblewrapFeatures {
  /** Knows --disable-userns (0.8.0). */
  readonly canDisableUserns: boolean;
}

// Descriptor 3 is the agent's transport; bwrap reads and closes the ones from here on.
const FILTER_FD = 4;
const FIRST_ETC_FD = 5;

/** The command line that builds one sandbox with bubblewrap. */
export function bubblewrapCommand(
  blueprint: Blueprint,
  machine: Machine,
  features: BubblewrapFeatures,
): LauncherCommand {
  const etc = etcFiles();
  const { homeBytes, tmpBytes } = blueprint.limits;
  return {
    argv: [
      machine.tools.bwrap?.path ?? 'bwrap',
      ...namespaceArguments(features),
      ['--ro-bind', '/usr', '/usr'],
      ...machine.rootEntries.flatMap(rootArguments),
      ['--dir', '/etc'],
      ...etc.flatMap((file, index) => etcArguments(file.name, FIRST_ETC_FD + index)),
      ...SHARED_ETC.flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
      ['--proc', '/proc', '--dev', '/dev', '--dir', '/run', '--dir', '/home'],
      ...tmpfsArguments('/tmp', '1777', tmpBytes),
      ...tmpfsArguments('/dev/shm', '1777', SHM_BYTES),
      ...(blueprint.home === undefined
        ? tmpfsArguments(SANDBOX_HOME, '0755', homeBytes)
        : ['--bind', blueprint.home, SANDBOX_HOME]),
      ...sourceArguments(blueprint.sources),
      ...(blueprint.volumes ?? []).flatMap(({ dir, mountPath }) => ['--bind', dir, mountPath]),
      // Last, so that nothing above it lies on a writable, unlimited tmpfs.
      ['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', SANDBOX_HOME],
      ...environmentArguments(blueprint.sandboxId),
      ['--seccomp', String(FILTER_FD), '--'],
      ...limitedCommand(blueprint, machine.tools.prlimit?.path ?? 'prlimit'),
    ].flat(),
    inputs: [machine.filter, ...etc.map((file) => Buffer.from(file.content))],
  };
}

/**
 * --as-pid-1 puts our own init in place of bwrap's: bwrap's keeps the launcher's environment readable in
 * /proc/1/environ, and leaves the sandbox's last processes to the host's init when the agent ends by itself.
 */
function namespaceArguments(features: BubblewrapFeatures): readonly string[] {
  return [
    ['--unshare-user', '--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts'],
    '--unshare-cgroup-try',
    ...(features.canDisableUserns ? ['--disable-userns'] : []),
    ['--uid', String(SANDBOX_UID), '--gid', String(SANDBOX_GID), '--hostname', SANDBOX_HOSTNAME],
    ['--cap-drop', 'ALL', '--die-with-parent', '--new-session', '--as-pid-1'],
  ].flat();
}

function rootArguments(entry: RootEntry): readonly string[] {
  if (entry.target === undefined) return ['--ro-bind', `/${entry.name}`, `/${entry.name}`];
  return ['--symlink', entry.target, `/${entry.name}`];
}

function etcArguments(name: string, fd: number): readonly string[] {
  return ['--perms', '0444', '--file', String(fd), `/etc/${name}`];
}

function tmpfsArguments(path: string, mode: string, bytes: number): readonly string[] {
  return ['--perms', mode, '--size', String(bytes), '--tmpfs', path];
}

function sourceArguments(sources: SandboxSources): readonly string[] {
  return [
    ['--ro-bind', sources.node, SANDBOX_NODE],
    ...(sources.agent === undefined ? [] : ['--ro-bind', sources.agent, SANDBOX_AGENT]),
    ...(sources.spare === undefined ? [] : ['--ro-bind', sources.spare, SANDBOX_SPARE]),
    ...(sources.preload === undefined ? [] : ['--ro-bind', sources.preload, SANDBOX_PRELOAD]),
    ...(sources.kernel === undefined ? [] : ['--ro-bind', sources.kernel.script, SANDBOX_KERNEL]),
    ...(sources.kernel === undefined ? [] : ['--ro-bind', sources.kernel.esbuild, SANDBOX_ESBUILD]),
  ].flat();
}

function environmentArguments(sandboxId: string): readonly string[] {
  const pairs = Object.entries(sandboxEnvironment(sandboxId));
  return ['--clearenv', ...pairs.flatMap(([name, value]) => ['--setenv', name, value])];
}
