import { CommanderError } from 'commander';
import { toIrisError } from '../core/errors.ts';
import type { CliContext } from './context.ts';
import { buildProgram } from './program.ts';
import { renderError } from './render/error.ts';

const USAGE_EXIT = 64;

/** Runs the command that `words` ask for and returns the exit code; it prints, and never exits by itself. */
export async function main(words: readonly string[], distDir: string): Promise<number> {
  const context: CliContext = { distDir, exitCode: 0 };
  try {
    await buildProgram(context).parseAsync([...words], { from: 'user' });
    return context.exitCode;
  } catch (thrown) {
    // Commander has printed its own complaint, help or version by now.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : USAGE_EXIT;
    const isJson = words.includes('--json');
    const error = toIrisError(thrown);
    if (isJson) process.stdout.write(`${JSON.stringify({ error: error.toJSON() })}\n`);
    else process.stderr.write(renderError(thrown, words.includes('--debug')));
    return error.facts.exit;
  }
}
