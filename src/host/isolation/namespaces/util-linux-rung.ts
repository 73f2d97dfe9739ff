import { NAMESPACES_PROBE } from '../probe/judge-probe.ts';
import type { Machine } from '../machine/machine.ts';
import { launchNamespaced } from './namespaced-rung.ts';
import { pickMountPoint } from './root-stage.ts';
import type { RungLauncher } from '../launch/rung.ts';
import { sourcePaths } from '../launch/sandbox-layout.ts';
import type { SandboxUids } from '../launch/sandbox-uids.ts';
import type { SyscallNumbers } from '../seccomp/syscall-numbers.ts';
import { utilLinuxCommand } from './util-linux-command.ts';
import { sharedWeaknesses } from '../machine/weaknesses.ts';

/** The second rung: the same boundaries out of the tools that every Debian has, at the price of a slower start. */
export function utilLinuxRung(machine: Machine, numbers: SyscallNumbers, uids: SandboxUids): RungLauncher {
  return {
    rung: 'util-linux',
    weaknesses: sharedWeaknesses(machine),
    probe: NAMESPACES_PROBE,
    launch: (request) =>
      launchNamespaced(request, {
        machine,
        uids,
        buildCommand: async (blueprint) => {
          const volumeDirs = (blueprint.volumes ?? []).map(({ dir }) => dir);
          const root = await pickMountPoint([
            ...sourcePaths(blueprint.sources),
            blueprint.home,
            ...volumeDirs,
          ]);
          return utilLinuxCommand(blueprint, machine, { numbers, root });
        },
      }),
  };
}
