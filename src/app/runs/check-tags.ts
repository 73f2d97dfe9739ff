import { IrisError } from '../../core/errors.ts';

const TAG = /^[A-Za-z0-9][A-Za-z0-9._:=/@-]{0,63}$/;
const MOST_TAGS = 20;

/** The tags that were given, once each; with commas between them, or one by one. Throws USAGE_INVALID. */
export function checkTags(words: readonly string[]): string[] {
  const tags = [...new Set(words.flatMap((word) => word.split(',')))];
  const wrong = tags.find((tag) => !TAG.test(tag));
  if (wrong !== undefined) {
    throw new IrisError('USAGE_INVALID', `--tag ${wrong}: "${wrong}" is no tag`, {
      hint: 'A tag has 1 to 64 letters, digits or . _ : = / @ - and begins with a letter or a digit.',
    });
  }
  if (tags.length <= MOST_TAGS) return tags;
  throw new IrisError('USAGE_INVALID', `${tags.length} tags are too many for one run`, {
    hint: `Give at most ${MOST_TAGS}.`,
  });
}
