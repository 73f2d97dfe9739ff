import { NAMESPACES_PROBE } from './judge-probe.ts';
import type { Machine } from './machine.ts';
import { launchNamespaced } from './namespaced-rung.ts';
import { pickMountPoint } from './root-stage.ts';
import type { RungLauncher } from './rung.ts';
import type { SandboxUids } from './sandbox-uids.ts';
import type { SyscallNumbers } from './syscall-numbers.ts';
import { utilLinuxCommand } from './util-linux-command.ts';
import { sharedWeaknesses } from './weaknesses.ts';

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
          const root = await pickMountPoint([
            ...Object.values(blueprint.sources),
            ...(blueprint.volumes ?? []).map(({ dir }) => dir),
          ]);
          return utilLinuxCommand(blueprint, machine, { numbers, root });
        },
      }),
  };
}
