import type { CommandFacts } from '../command-facts.ts';
import { childrenOf, quoted } from './words.ts';

/** Completion for fish. */
export function fishCompletion(commands: readonly CommandFacts[]): string {
  const lines = commands.flatMap((command) => {
    const condition = quoted(`__iris_is_at ${command.path.join(' ')}`.trim());
    const children = childrenOf(commands, command.path).map(
      ({ path, text }) =>
        `complete -c iris -n ${condition} -f -a ${path.at(-1) ?? ''} -d ${fishQuoted(text)}`,
    );
    const options = command.options.map(({ names, text, takesValue }) => {
      const spelled = names.map((name) =>
        name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
      );
      const value = takesValue ? ' -r' : '';
      return `complete -c iris -n ${condition} ${spelled.join(' ')}${value} -d ${fishQuoted(text)}`;
    });
    return [...children, ...options];
  });
  const paths = commands.flatMap(({ path }) => (path.length === 0 ? [] : [quoted(path.join(' '))]));
  return `# Completion of iris for fish.
set -g __iris_paths ${paths.join(' ')}
function __iris_is_at
    set -l at
    for word in (commandline -opc)[2..]
        string match -q -- '-*' $word; and continue
        set -l next $at $word
        contains -- "$next" $__iris_paths; or break
        set at $next
    end
    test "$at" = "$argv"
end
${lines.join('\n')}
`;
}

/** fish escapes a quote by a backslash. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
