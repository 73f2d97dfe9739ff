import type { Selection } from './send-tree.ts';

/**
 * The files of a folder that one of these globs names: `*`, `**`, `?`, `[a-z]` and `{a,b}`. A name that begins with a
 * dot is meant only by a glob that says the dot, and node_modules only by one that names it. Throws SyntaxError.
 */
export function globSelection(globs: readonly string[]): Selection {
  const selections = globs.map((glob) => selectionOf(glob.replace(/^(?:\.\/+)+/, '')));
  return {
    takes: (path) => selections.some((selection) => selection.takes(path)),
    enters: (path) => selections.some((selection) => selection.enters(path)),
  };
}

function selectionOf(glob: string): Selection {
  const pattern = toPattern(glob);
  const isNamed = /(?:^|\/)node_modules\//.test(glob);
  const hasDot = /(?:^|[/{,])\.[^./]/.test(glob);
  const enters = (path: string): boolean => {
    const names = path.split('/');
    return (
      (hasDot || !names.some((name) => name.startsWith('.'))) && (isNamed || !names.includes('node_modules'))
    );
  };
  return { enters, takes: (path) => enters(path) && pattern.test(path) };
}

const NO_DOT = String.raw`(?!\.)`;

function toPattern(glob: string): RegExp {
  let source = '';
  let depth = 0;
  for (let at = 0; at < glob.length; at += 1) {
    const rest = glob.slice(at);
    const isFirst = at === 0 || glob[at - 1] === '/';
    const many = /^\*\*(?:\/|$)/.exec(rest)?.[0];
    const set = /^\[[!^]?\]?[^\]/]*\]/.exec(rest)?.[0];
    if (isFirst && many !== undefined) {
      source += many === '**' ? `(?:${NO_DOT}[^/]+/)*${NO_DOT}[^/]+` : `(?:${NO_DOT}[^/]+/)*`;
      at += many.length - 1;
    } else if (set !== undefined) {
      source += toSet(set);
      at += set.length - 1;
    } else {
      const char = glob.charAt(at);
      if (char === '{') depth += 1;
      source += `${isFirst && /[*?]/.test(char) ? NO_DOT : ''}${toPart(char, depth)}`;
      if (char === '}' && depth > 0) depth -= 1;
    }
  }
  return new RegExp(`^${source}${')'.repeat(depth)}$`, 'su');
}

function toSet(set: string): string {
  const inner = set.slice(1, -1).replace(/^[!^]/, '^');
  return `[${inner.replace(/[\\[\]]/g, String.raw`\$&`)}]`;
}

function toPart(char: string, depth: number): string {
  if (char === '*') return '[^/]*';
  if (char === '?') return '[^/]';
  if (char === '{') return '(?:';
  if (char === '}' && depth > 0) return ')';
  if (char === ',' && depth > 0) return '|';
  return char.replace(/[\\^$.|+()[\]{}/]/, String.raw`\$&`);
}
