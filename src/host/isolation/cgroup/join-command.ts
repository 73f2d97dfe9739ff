import type { SandboxCgroup } from './sandbox-cgroup.ts';

/** The shell joins first and becomes the command then, so that no process is ever outside. */
const JOIN_SCRIPT = 'while [ "$1" != -- ]; do echo 0 >"$1" || exit 125; shift; done; shift; exec "$@"';

/** Puts joining a group before a command. */
export function joinCommand(group: SandboxCgroup, argv: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', JOIN_SCRIPT, 'join', ...group.joinFiles, '--', ...argv];
}
