import { IrisError } from '../../core/errors.ts';
import type { CliContext } from '../context.ts';
import { resolveEnvFlags } from '../run/script-env.ts';
import { hasStandardInput } from '../terminal/standard-input.ts';
import { streamCommand } from '../stream-command.ts';

export interface ExecOptions {
  readonly env?: readonly string[];
  readonly cwd?: string;
}

/** `iris sandbox exec [name] -- command`: runs a command in a sandbox; its exit code passes through. */
export async function sandboxExec(
  words: readonly string[],
  options: ExecOptions,
  context: CliContext,
): Promise<void> {
  const parting = context.words.indexOf('--');
  const command = parting === -1 ? [] : context.words.slice(parting + 1);
  const targets = words.slice(0, words.length - command.length);
  if (command.length === 0 || targets.length > 1) {
    throw new IrisError('USAGE_INVALID', 'The command to run stands after --', {
      hint: 'iris sandbox exec -- ls -l, or with the name of a sandbox: iris sandbox exec dev -- ls -l',
    });
  }
  const envs = Object.fromEntries(resolveEnvFlags([...(options.env ?? [])], process.env).map(splitPair));
  const asked = { target: targets[0], command, envs, dir: options.cwd, hasStdin: hasStandardInput() };
  context.exitCode = await streamCommand(asked, context.distDir);
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}
