import { IrisError } from '../../../core/errors.ts';

/** A prompt as it is named on the command line. */
export interface PromptPlace {
  readonly name: string;
  readonly version?: number;
  readonly label?: string;
}

/** Reads `review`, `review@3` and `review@production`. */
export function readPlace(word: string): PromptPlace {
  const at = word.lastIndexOf('@');
  if (at === -1) return { name: word };
  const [name, place] = [word.slice(0, at), word.slice(at + 1)];
  if (name === '' || place === '') {
    throw new IrisError('USAGE_INVALID', `"${word}" names no prompt`, {
      hint: 'Write review, review@3 or review@production.',
    });
  }
  const either = readVersion(place);
  return typeof either === 'number' ? { name, version: either } : { name, label: either };
}

/** Reads a version (`3`) or a label (`production`). */
export function readVersion(word: string): number | string {
  return /^\d+$/.test(word) ? Number(word) : word;
}
