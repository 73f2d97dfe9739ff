const FOLDER = 'node_modules';

/**
 * A pattern, in the syntax that Go and JavaScript share, of absolute script paths that do not lead through
 * node_modules. esbuild tests it by itself, so that the many files of packages cost no round trip to Node.
 */
export function scriptsOutsideNodeModules(): RegExp {
  return new RegExp(`^(?:[A-Za-z]:)?(?:[\\\\/]${segmentOtherThan(FOLDER)})*[\\\\/][^\\\\/]+\\.[cm]?[jt]sx?$`);
}

/** Go has no lookahead, so "any segment but this word" is spelled out: it leaves the word at some letter, or goes on after it. */
function segmentOtherThan(word: string): string {
  const one = '[^\\\\/]';
  const departures = word.split('').map((letter, index) => {
    const shared = word.slice(0, index);
    const differs = `${shared}[^${letter}\\\\/]${one}*`;
    return index === 0 ? differs : `${shared}|${differs}`;
  });
  return `(?:${departures.join('|')}|${word}${one}+)`;
}
