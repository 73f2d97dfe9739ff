/** What is known of a tool to whoever searches. */
export interface SearchedTool {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly group?: string | undefined;
  /** Its keys tell what the tool takes. */
  readonly example?: unknown;
}

/** How much more a word counts in a name than in a text. */
const WEIGHT = { name: 4, group: 2, title: 2, text: 1, parameters: 1 } as const;
const STOP_WORDS: ReadonlySet<string> = new Set(
  'a all an and any are at by do for from how i in is it its me my not of on or so that the this to up what which with'.split(
    ' ',
  ),
);
const SHORTEST_STEM = 3;
/** Longer words are cut to it, so that "evaluation" finds "evaluate". */
const LONGEST_STEM = 7;

/**
 * The tools that fit a query, the best first: a word counts by how rare it is and by where it stands.
 * Undefined for a query without a word to search for.
 */
export function searchTools<Tool extends SearchedTool>(
  query: string,
  tools: readonly Tool[],
): readonly Tool[] | undefined {
  const words = [...new Set(wordsOf(query))];
  if (words.length === 0) return undefined;
  const weighed = tools.map((tool) => ({ tool, weights: weigh(tool) }));
  const rarities = words.map((word) => {
    const count = weighed.filter(({ weights }) => weights.has(word)).length;
    return { word, rarity: Math.log(1 + tools.length / (1 + count)) };
  });
  return weighed
    .map(({ tool, weights }) => ({
      tool,
      score: rarities.reduce((sum, { word, rarity }) => sum + (weights.get(word) ?? 0) * rarity, 0),
    }))
    .filter(({ score }) => score > 0)
    .toSorted((left, right) => right.score - left.score)
    .map(({ tool }) => tool);
}

/** What each word of a tool weighs, by the best of its places: a group would else count twice in its tools' names. */
function weigh({ name, title, text, group = '', example }: SearchedTool): ReadonlyMap<string, number> {
  const parameters = typeof example === 'object' && example !== null ? Object.keys(example).join(' ') : '';
  const weights = new Map<string, number>();
  const add = (place: string, weight: number): void => {
    for (const word of wordsOf(place)) weights.set(word, Math.max(weights.get(word) ?? 0, weight));
  };
  add(name, WEIGHT.name);
  add(group, WEIGHT.group);
  add(title, WEIGHT.title);
  add(text, WEIGHT.text);
  add(parameters, WEIGHT.parameters);
  return weights;
}

function wordsOf(text: string): readonly string[] {
  return text
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !STOP_WORDS.has(word))
    .map(stem);
}

/** Enough to make "votes", "voting" and "vote" one word. */
function stem(word: string): string {
  const cut = word.replace(/(?:ies|ing|ed|es|s|e|y)$/, '');
  return (cut.length >= SHORTEST_STEM ? cut : word).slice(0, LONGEST_STEM);
}
