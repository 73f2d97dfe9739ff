import { guardFile, REFUSAL } from '../bundle/start-guard.ts';
import type { Interpreter } from '../interpreter.ts';

/** Names the program that is missing, where `explainFailure` finds it. */
export const NO_PROGRAM_EXIT = 127;

/**
 * Starts the program only where it is there and, with a file, only once: a shell makes the file, and refuses where
 * somebody made it before.
 */
const LAUNCH = `if [ -n "$1" ]; then
  (set -C; : > "$1") 2>/dev/null || { [ ! -e "$1" ] || { echo '${REFUSAL.text}' >&2; exit ${REFUSAL.exitCode}; }; }
fi
shift
command -v "$1" >/dev/null || { echo "iris: there is no $1 in the sandbox" >&2; exit ${NO_PROGRAM_EXIT}; }
exec "$@"`;

/** The command that runs a script which is sent as it is; `runId` is given where a start may arrive twice. */
export function sourceCommand(
  { command }: Interpreter,
  {
    entry,
    args,
    runId,
  }: { readonly entry: string; readonly args: readonly string[]; readonly runId?: string },
): { readonly cmd: string; readonly args: readonly string[] } {
  const guard = runId === undefined ? '' : guardFile(runId);
  return { cmd: '/bin/sh', args: ['-c', LAUNCH, 'iris', guard, ...command, entry, ...args] };
}
