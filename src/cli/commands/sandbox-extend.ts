import { LONGEST_TIME_LEFT_MS } from '../../contract/sandbox-wire.ts';
import { formatDuration, parseDuration } from '../../core/duration.ts';
import { IrisError } from '../../core/errors.ts';
import { askDaemon } from '../ask-daemon.ts';
import { callerContext } from '../../contract/caller-context.ts';
import type { CliContext } from '../context.ts';
import { printJson } from '../terminal/print.ts';
import { formatAge } from '../render/age.ts';

/** `iris sandbox extend`: gives a sandbox this much time from now. */
export async function sandboxExtend(
  target: string,
  duration: string,
  options: { readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  const timeLeftMs = toTimeLeft(duration);
  const params = { ...callerContext(process.env, process.cwd()), target, timeLeftMs };
  const granted = await askDaemon('sandbox.extend', params, context.distDir);
  if (options.json === true) return printJson(granted);
  process.stdout.write(
    `${granted.name} (${granted.id}) lives for another ${formatAge(roundUp(granted.timeLeftMs))}\n`,
  );
}

function toTimeLeft(word: string): number {
  const ms = parseDuration(word);
  if (ms !== undefined && ms >= 1000 && ms <= LONGEST_TIME_LEFT_MS) return ms;
  throw new IrisError('USAGE_INVALID', `${word} is no time that a sandbox can be given`, {
    hint: `Give a duration with its unit, from 1s to ${formatDuration(LONGEST_TIME_LEFT_MS)}, such as 45m.`,
  });
}

/** What is left a moment after it was granted is shown as what was granted. */
function roundUp(ms: number): number {
  return Math.ceil(ms / 1000) * 1000;
}
