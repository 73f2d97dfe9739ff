import { IrisError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { powershellCompletion } from '../completion/powershell.ts';
import { zshCompletion } from '../completion/zsh.ts';
import type { CommandFacts } from '../command-facts.ts';

const SHELLS: Readonly<Record<string, (commands: readonly CommandFacts[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
};

/** `iris completion`: the script that teaches a shell the words of iris. */
export function completion(shell: string, commands: readonly CommandFacts[]): void {
  const render = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
  if (render === undefined) throw unknownShell(shell);
  process.stdout.write(render(commands));
}

function unknownShell(shell: string): IrisError {
  const names = Object.keys(SHELLS);
  const near = suggest(shell, names);
  return new IrisError('USAGE_INVALID', `There is no completion for ${shell}`, {
    hint: near === undefined ? `There is one for ${names.join(', ')}.` : `Did you mean ${near}?`,
  });
}
