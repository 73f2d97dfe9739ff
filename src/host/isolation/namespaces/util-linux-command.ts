import { etcFiles } from './etc-files.ts';
import type { Machine } from '../machine/machine.ts';
import type { SyscallNumbers } from '../seccomp/syscall-numbers.ts';
import {
  limitedCommand,
  sandboxEnvironment,
  SANDBOX_GID,
  SANDBOX_UID,
  SHARED_ETC,
  SHM_BYTES,
  type Blueprint,
  type LauncherCommand,
} from '../launch/sandbox-layout.ts';
import { FILTER_LOADER, UTIL_LINUX_SCRIPT } from './util-linux-script.ts';

/** The command line that builds one sandbox with unshare, mount, pivot_root, setpriv and perl. */
export function utilLinuxCommand(
  blueprint: Blueprint,
  machine: Machine,
  options: { readonly numbers: SyscallNumbers; readonly root: string },
): LauncherCommand {
  const { unshare = 'unshare', setpriv = 'setpriv' } = toolPaths(machine);
  return {
    argv: [
      // --kill-child ends PID 1 with unshare; --pdeathsig ends unshare with us.
      [setpriv, '--pdeathsig', 'KILL', '--'],
      [unshare, '--user', '--map-root-user', '--mount', '--propagation', 'private'],
      ['--pid', '--fork', '--kill-child=KILL', '--net', '--ipc', '--uts', '--cgroup', '--'],
      ['/bin/sh', '-c', UTIL_LINUX_SCRIPT, 'iris'],
      ...scriptArguments(blueprint, machine, options),
      ...innerCommand(blueprint, machine, options.numbers),
    ].flat(),
    inputs: [machine.filter],
  };
}

function scriptArguments(
  blueprint: Blueprint,
  machine: Machine,
  { numbers, root }: { readonly numbers: SyscallNumbers; readonly root: string },
): readonly string[] {
  const { mount = 'mount', pivot_root = 'pivot_root', perl = 'perl' } = toolPaths(machine);
  const { node, agent = '', spare = '', preload = '', kernel } = blueprint.sources;
  const { homeBytes, tmpBytes } = blueprint.limits;
  const rootEntries = machine.rootEntries.map(({ name, target }) =>
    target === undefined ? name : `${name}=${target}`,
  );
  return [
    [mount, pivot_root, perl, String(numbers.sethostname)],
    [root, node, agent, spare],
    [blueprint.home ?? '', String(homeBytes), String(tmpBytes), String(SHM_BYTES)],
    [rootEntries.join(' '), SHARED_ETC.join(' '), kernel?.script ?? '', kernel?.esbuild ?? '', preload],
    ...etcFiles().flatMap(({ name, content }) => [name, content]),
    '--',
    ...(blueprint.volumes ?? []).flatMap(({ dir, mountPath }) => [dir, mountPath.slice(1)]),
    '--',
  ].flat();
}

/** From the namespaces' root down to an ordinary user without capabilities, under the filter and the limits. */
function innerCommand(blueprint: Blueprint, machine: Machine, numbers: SyscallNumbers): readonly string[] {
  const { unshare = 'unshare', setpriv = 'setpriv', perl = 'perl', prlimit = 'prlimit' } = toolPaths(machine);
  const environment = Object.entries(sandboxEnvironment(blueprint.sandboxId));
  return [
    ['/usr/bin/env', '-i', ...environment.map(([name, value]) => `${name}=${value}`)],
    [unshare, '--user', `--map-user=${SANDBOX_UID}`, `--map-group=${SANDBOX_GID}`, '--keep-caps', '--'],
    [setpriv, '--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all', '--no-new-privs', '--'],
    [perl, '-e', FILTER_LOADER, String(numbers.prctl), String(numbers.seccomp)],
    ...limitedCommand(blueprint, prlimit),
  ].flat();
}

function toolPaths(machine: Machine): Readonly<Partial<Record<keyof Machine['tools'], string>>> {
  return Object.fromEntries(Object.entries(machine.tools).map(([name, tool]) => [name, tool.path]));
}
