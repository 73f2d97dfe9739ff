import type { ServedContract } from '../../contract/mcp/served-contract.ts';

/** How much more a word counts in a name than in a text. */
const WEIGHT = { name: 4, group: 2, title: 2, text: 1, parameter: 1 } as const;
const STOP_WORDS: ReadonlySet<string> = new Set(
  'a all an and any are at by do for from how i in is it its me my of on or so that the this to up what which with'.split(
    ' ',
  ),
);

/** The contracts that fit a query, the best first; all of them in their order for an empty one. */
export function searchCatalogue(
  contracts: readonly ServedContract[],
  query: string,
): readonly ServedContract[] {
  const words = wordsOf(query);
  if (words.length === 0) return contracts;
  return contracts
    .map((contract) => ({ contract, score: scoreOf(contract, words) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ contract }) => contract);
}

function scoreOf(contract: ServedContract, words: readonly string[]): number {
  const { name, group, title, text, example } = contract;
  const parameters = typeof example === 'object' && example !== null ? Object.keys(example).join(' ') : '';
  const places = [
    { words: wordsOf(name), weight: WEIGHT.name },
    { words: wordsOf(group), weight: WEIGHT.group },
    { words: wordsOf(title), weight: WEIGHT.title },
    { words: wordsOf(text), weight: WEIGHT.text },
    { words: wordsOf(parameters), weight: WEIGHT.parameter },
  ];
  let score = 0;
  for (const word of words) for (const place of places) if (place.words.includes(word)) score += place.weight;
  return score;
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
  return cut.length >= 3 ? cut : word;
}
