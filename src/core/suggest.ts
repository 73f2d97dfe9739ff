/** The candidate that `word` was most likely meant to be, or undefined where none is near. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance);
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

/**
 * Insertions, deletions, replacements and swaps of neighbours that turn `from` into `to`. Ends with `limit` as soon as
 * it must be that or more, for most words are far from each other.
 */
function editDistance(from: string, to: string, limit: number): number {
  const columns = to.length + 1;
  let beforeLast = new Uint32Array(columns);
  let last = Uint32Array.from({ length: columns }, (_, column) => column);
  let current = new Uint32Array(columns);
  let lastLeast = 0;
  for (let row = 1; row <= from.length; row += 1) {
    const letter = from.charCodeAt(row - 1);
    const letterBefore = from.charCodeAt(row - 2);
    let least = row;
    current[0] = row;
    for (let column = 1; column < columns; column += 1) {
      const other = to.charCodeAt(column - 1);
      let fewest = Math.min(at(last, column), at(current, column - 1)) + 1;
      fewest = Math.min(fewest, at(last, column - 1) + (letter === other ? 0 : 1));
      if (column > 1 && letter === to.charCodeAt(column - 2) && letterBefore === other)
        fewest = Math.min(fewest, at(beforeLast, column - 2) + 1);
      current[column] = fewest;
      least = Math.min(least, fewest);
    }
    // A swap leaps over one row.
    if (least >= limit && lastLeast + 1 >= limit) return limit;
    lastLeast = least;
    [beforeLast, last, current] = [last, current, beforeLast];
  }
  return at(last, to.length);
}

function at(row: Uint32Array, column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
