const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const ARTICLES = /\b(?:a|an|the)\b/g;

/** How much two texts share as bags of words, from 0 to 1, after the normalization of SQuAD. */
export function tokenF1(text: string, reference: string): number {
  const words = wordsOf(text);
  const wanted = wordsOf(reference);
  if (words.length === 0 || wanted.length === 0) return words.length === wanted.length ? 1 : 0;
  const shared = countShared(words, wanted);
  if (shared === 0) return 0;
  const precision = shared / words.length;
  const recall = shared / wanted.length;
  return (2 * precision * recall) / (precision + recall);
}

/** Lower case, without punctuation and articles. */
function wordsOf(text: string): readonly string[] {
  const plain = text.toLowerCase().replaceAll(PUNCTUATION, '').replaceAll(ARTICLES, ' ');
  return plain.split(/\s+/).filter((word) => word !== '');
}

function countShared(words: readonly string[], wanted: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  return words.filter((word) => {
    const count = left.get(word) ?? 0;
    if (count > 0) left.set(word, count - 1);
    return count > 0;
  }).length;
}
