import type { CommandFacts } from '../command-facts.ts';
import { namesBelow, optionNames } from './words.ts';

/** Completion for bash 3.2 and newer: subcommands and options by table, files everywhere else. */
export function bashCompletion(commands: readonly CommandFacts[]): string {
  const cases = commands.map(
    ({ path, options }) =>
      `    '${path.join(' ')}') words='${[...namesBelow(commands, path), ...optionNames(options)].join(' ')}' ;;`,
  );
  return `# Completion of iris for bash.
_iris() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" path='' words='' word i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in -*) continue ;; esac
    case "|${knownPaths(commands)}|" in
      *"|\${path:+$path }$word|"*) path="\${path:+$path }$word" ;;
      *) break ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=()
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$words" -- "$cur")
  if [ "\${#COMPREPLY[@]}" -eq 0 ]; then
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
  fi
}
complete -o filenames -F _iris iris
`;
}

function knownPaths(commands: readonly CommandFacts[]): string {
  return commands.flatMap(({ path }) => (path.length === 0 ? [] : [path.join(' ')])).join('|');
}
