import { bubblewrapCommand, type BubblewrapFeatures } from './bubblewrap-command.ts';
import { NAMESPACES_PROBE } from '../probe/judge-probe.ts';
import type { Machine } from '../machine/machine.ts';
import { launchNamespaced } from './namespaced-rung.ts';
import type { RungLauncher } from '../launch/rung.ts';
import type { SandboxUids } from '../launch/sandbox-uids.ts';
import { sharedWeaknesses } from '../machine/weaknesses.ts';

/** The strongest rung: bubblewrap, a small program made for this. */
export function bubblewrapRung(
  machine: Machine,
  features: BubblewrapFeatures,
  uids: SandboxUids,
): RungLauncher {
  return {
    rung: 'bubblewrap',
    weaknesses: [
      ...sharedWeaknesses(machine),
      ...(features.canDisableUserns
        ? []
        : ['This bubblewrap is older than 0.8: only the system call filter forbids new user namespaces.']),
    ],
    probe: NAMESPACES_PROBE,
    launch: (request) =>
      launchNamespaced(request, {
        machine,
        uids,
        buildCommand: (blueprint) => bubblewrapCommand(blueprint, machine, features),
      }),
  };
}
