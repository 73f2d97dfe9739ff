import { CommanderError } from 'commander';
import { IrisError, toIrisError } from '../core/errors.ts';
import type { CliContext } from './context.ts';
import { buildProgram } from './program.ts';
import { renderError } from './render/error.ts';
import { stopOnClosedPipe } from './terminal/stop-on-closed-pipe.ts';

const USAGE_EXIT = 64;

/** These have something to close when their reader goes away, and see to it themselves. */
const HAVE_AN_END: ReadonlySet<string | undefined> = new Set(['run', 'host']);

/** Runs the command that `words` ask for and returns the exit code; it exits by itself only when its reader is gone. */
export async function main(words: readonly string[], distDir: string): Promise<number> {
  const context: CliContext = { distDir, words, exitCode: 0 };
  if (!HAVE_AN_END.has(words[0])) stopOnClosedPipe();
  try {
    await buildProgram(context).parseAsync([...words], { from: 'user' });
    return context.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      // Help and version are printed by now: on stdout when asked for, on stderr when a command was left out.
      if (thrown.exitCode === 0) return 0;
      if (thrown.code === 'commander.help') return USAGE_EXIT;
    }
    const error = thrown instanceof CommanderError ? toUsageError(thrown, words) : toIrisError(thrown);
    if (words.includes('--json')) process.stdout.write(`${JSON.stringify({ error: error.toJSON() })}\n`);
    else process.stderr.write(renderError(error, words.includes('--debug')));
    return error.facts.exit;
  }
}

/** Commander's `error: what\n(Did you mean x?)` as what happened and what to do next. */
function toUsageError({ message }: CommanderError, words: readonly string[]): IrisError {
  const [what = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const unknown = /^unknown command '(.*)'/.exec(what)?.[1];
  const firstOption = words.findIndex((word) => word.startsWith('-'));
  const named = firstOption > 0 ? words.slice(0, firstOption) : words;
  const path = named.filter((word) => /^[a-z]/.test(word)).slice(0, words[0] === 'run' ? 1 : 2);
  const command = unknown === undefined ? path : path.slice(0, path.indexOf(unknown));
  const hint = suggestion?.replace(/^\((.*)\)$/, '$1') ?? `See: ${['iris', ...command, '--help'].join(' ')}`;
  return new IrisError('USAGE_INVALID', what, { hint });
}
