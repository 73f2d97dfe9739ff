interface Searched {
  readonly name: string;
  readonly title: string;
  readonly text: string;
}

const NAME_WEIGHT = 4;
const TITLE_WEIGHT = 2;
const MAX_FOUND = 10;
/** Longer words are cut to it, so that "patterns" finds "pattern". */
const STEM_CHARS = 6;

/** The tools that fit some words, the best first: a word counts by how rare it is and by where it stands. */
export function searchTools<Tool extends Searched>(query: string, tools: readonly Tool[]): readonly Tool[] {
  const words = [...new Set(stemsOf(query))];
  const weights = tools.map((tool) => weigh(tool));
  const rarity = words.map((word) => {
    const count = weights.filter((weight) => weight.has(word)).length;
    return Math.log(1 + tools.length / (1 + count));
  });
  return tools
    .map((tool, index) => ({
      tool,
      score: words.reduce(
        (sum, word, place) => sum + (weights[index]?.get(word) ?? 0) * (rarity[place] ?? 0),
        0,
      ),
    }))
    .filter(({ score }) => score > 0)
    .toSorted((left, right) => right.score - left.score)
    .slice(0, MAX_FOUND)
    .map(({ tool }) => tool);
}

function weigh({ name, title, text }: Searched): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  const add = (words: readonly string[], weight: number): void => {
    for (const word of new Set(words)) weights.set(word, (weights.get(word) ?? 0) + weight);
  };
  add(stemsOf(name), NAME_WEIGHT);
  add(stemsOf(title), TITLE_WEIGHT);
  add(stemsOf(text), 1);
  return weights;
}

function stemsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.map((word) => word.slice(0, STEM_CHARS));
}
