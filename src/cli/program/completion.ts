import type { Command } from 'commander';
import { commandFacts } from '../command-facts.ts';

/** Adds `iris completion`. */
export function addCompletion(program: Command): void {
  program
    .command('completion')
    .description('Print what a shell needs to complete the words of iris.')
    .argument('<shell>', 'bash, zsh, fish or powershell')
    .addHelpText(
      'after',
      `
In bash: eval "$(iris completion bash)" in ~/.bashrc
In zsh: eval "$(iris completion zsh)" in ~/.zshrc, after compinit
In fish: iris completion fish > ~/.config/fish/completions/iris.fish
In PowerShell: iris completion powershell | Out-String | Invoke-Expression in $PROFILE
`,
    )
    .action(async (shell: string) => {
      const { completion } = await import('../commands/completion.ts');
      completion(shell, commandFacts(program));
    });
}
