import { IrisError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';

/** Reads one of some words. Throws USAGE_INVALID with the nearest of them. */
export function toChoice<Choice extends string>(
  option: string,
  word: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === word);
  if (found !== undefined) return found;
  const near = suggest(word, choices);
  throw new IrisError('USAGE_INVALID', `${option} ${word}: there is no such choice`, {
    hint: near === undefined ? `Take one of: ${choices.join(', ')}` : `Did you mean ${near}?`,
  });
}

/** The same for an option that is given several times. */
export function toChoices<Choice extends string>(
  option: string,
  words: readonly string[],
  choices: readonly Choice[],
): Choice[] {
  return words.map((word) => toChoice(option, word, choices));
}
