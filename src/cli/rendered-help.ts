import { readFileSync } from 'node:fs';

const HELP_WORDS: ReadonlySet<string> = new Set(['-h', '--help']);
const COMMAND = /^[a-z][a-z-]*$/;

/**
 * The help page that the build rendered for these words, or undefined when they ask for something else.
 * Rendering it here would mean loading commander, which takes longer than all the rest.
 */
export function renderedHelp(words: readonly string[], distDir: string): string | undefined {
  const path = commandPath(words);
  if (path === undefined) return undefined;
  if (!path.every((word) => COMMAND.test(word))) return undefined;
  try {
    return readFileSync(`${distDir}/help/${['iris', ...path].join('-')}.txt`, 'utf8');
  } catch {
    return undefined;
  }
}

/** `iris sandbox ls --help`, or `iris help sandbox ls`. */
function commandPath(words: readonly string[]): readonly string[] | undefined {
  if (words[0] === 'help') return words.slice(1);
  const last = words.at(-1);
  return last !== undefined && HELP_WORDS.has(last) ? words.slice(0, -1) : undefined;
}
