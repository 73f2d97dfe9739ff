import type { CommandFacts } from '../command-facts.ts';
import { childrenOf, quoted } from './words.ts';

/** Completion for zsh: what stands behind a command or an option is told with it. */
export function zshCompletion(commands: readonly CommandFacts[]): string {
  const cases = commands.map((command) => {
    const children = childrenOf(commands, command.path).map(({ path, text }) =>
      described(path.at(-1) ?? '', text),
    );
    const options = command.options.flatMap(({ names, text }) => names.map((name) => described(name, text)));
    return `    ${quoted(command.path.join(' '))}) names=(${[...children, ...options].join(' ')}) ;;`;
  });
  const paths = commands.flatMap(({ path }) => (path.length === 0 ? [] : [quoted(path.join(' '))]));
  return `#compdef iris
# Completion of iris for zsh.
_iris() {
  local commandpath='' word
  local -a names paths
  paths=(${paths.join(' ')})
  for word in \${words[2,CURRENT-1]}; do
    [[ $word == -* ]] && continue
    (( \${paths[(Ie)\${commandpath:+$commandpath }$word]} )) || break
    commandpath="\${commandpath:+$commandpath }$word"
  done
  case $commandpath in
${cases.join('\n')}
  esac
  _describe 'iris' names && return
  _files
}
if [ "$funcstack[1]" = _iris ]; then _iris "$@"; else compdef _iris iris; fi
`;
}

/** zsh takes what follows the first colon for the description. */
function described(name: string, text: string): string {
  return quoted(`${name.replaceAll(':', String.raw`\:`)}:${text}`);
}
