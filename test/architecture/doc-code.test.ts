import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { commandFacts, type CommandFacts } from '../../src/cli/command-facts.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { configSchema } from '../../src/config/schema.ts';
import { docBlocks, type DocBlock } from '../support/doc-blocks.ts';

const COMMANDS = commandFacts(buildProgram({ distDir: '', words: [], exitCode: 0 }));

describe('the commands in the docs', () => {
  const lines = docBlocks('sh').flatMap(linesOf);

  test('are found', () => {
    expect(lines.length).toBeGreaterThan(100);
  });

  test('are commands that there are, with options that they take', () => {
    expect(
      lines.flatMap(({ place, words }) => problemsOf(words).map((problem) => `${place}: ${problem}`)),
    ).toEqual([]);
  });

  test.each([
    [['runs', 'shwo'], 'iris runs has no command shwo'],
    [['run', '--nett', 'a.ts'], 'iris run has no --nett'],
    [['sandbox', 'close', '--al'], 'iris sandbox close has no --al'],
  ])('%j would be told', (words, problem) => {
    expect(problemsOf(words)).toEqual([problem]);
  });
});

describe('the data in the docs', () => {
  test.each(docBlocks('yaml').map(named))(
    '%s is YAML, and where it is a configuration, one that counts',
    (_name, { code }) => {
      const parsed: unknown = parse(code);

      if (/^# (?:\.irisrc|~\/\.config\/iris)/.test(code))
        expect(configSchema.strict().safeParse(parsed).error).toBeUndefined();
      else expect(typeof parsed).toBe('object');
    },
  );

  test.each(docBlocks('json').map(named))('%s is JSON', (_name, { code }) => {
    expect(() => JSON.parse(code)).not.toThrow();
  });
});

interface CommandLine {
  readonly place: string;
  /** What stands after `iris`. */
  readonly words: readonly string[];
}

/** Every use of iris in a block of shell commands. */
function linesOf({ page, line, code }: DocBlock): CommandLine[] {
  return code.split('\n').flatMap((text, at) => {
    const commands = text
      .replace(/(?:^|\s)#.*$/, '')
      .matchAll(/(?:^|[|(&;]|=\S* )\s*(?:npx (?:--yes )?)?iris(?:-prime)?\b([^|)&;]*)/g);
    return [...commands].map(({ 1: rest = '' }) => ({
      place: `${page}:${line + at + 1}`,
      words: wordsOf(rest),
    }));
  });
}

/** Words as a shell takes them, as far as docs need it. */
function wordsOf(text: string): string[] {
  const words = text.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  const end = words.findIndex((word) => /^[<>]|^\d>/.test(word));
  return (end === -1 ? words : words.slice(0, end)).map((word) => word.replaceAll(/['"]/g, ''));
}

function problemsOf(words: readonly string[]): string[] {
  const command = longestMatch(words);
  const called = ['iris', ...command.path].join(' ');
  const rest = words.slice(command.path.length);
  const [first] = rest;
  const isGroup = COMMANDS.some(
    ({ path }) => path.length > command.path.length && startsWith(path, command.path),
  );
  if (isGroup && first !== undefined && !first.startsWith('-')) return [`${called} has no command ${first}`];
  return optionsIn(rest, command).flatMap((option) =>
    command.options.some(({ names }) => names.includes(option)) || option === '--no-input'
      ? []
      : [`${called} has no ${option}`],
  );
}

function longestMatch(words: readonly string[]): CommandFacts {
  const fitting = COMMANDS.filter(({ path, aliases }) => {
    const isParent = startsWith(words, path.slice(0, -1));
    const own = words[path.length - 1] ?? '';
    return path.length === 0 || (isParent && (own === path.at(-1) || aliases.includes(own)));
  });
  const [longest] = fitting.toSorted((left, right) => right.path.length - left.path.length);
  if (longest === undefined) throw new Error('There is no command at all');
  return longest;
}

function startsWith(words: readonly string[], beginning: readonly string[]): boolean {
  return beginning.every((word, at) => words[at] === word);
}

/** The options of iris itself: what follows the script of `iris run`, or `--`, belongs to somebody else. */
function optionsIn(rest: readonly string[], command: CommandFacts): string[] {
  const found: string[] = [];
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? '';
    if (word === '--') break;
    if (!/^-\w|^--\w/.test(word)) {
      if (command.path[0] === 'run') break;
      continue;
    }
    const [option = ''] = word.split('=');
    found.push(option);
    const takesValue = command.options.some(
      ({ names, takesValue: takes }) => takes && names.includes(option),
    );
    if (takesValue && !word.includes('=')) at += 1;
  }
  return found;
}

function named(block: DocBlock): [string, DocBlock] {
  return [`${block.page}:${block.line}`, block];
}
