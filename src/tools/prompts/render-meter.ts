import { IrisError } from '../../core/errors.ts';

const MAX_STEPS = 1_000_000;
const MAX_CHARACTERS = 8 * 1024 * 1024;

/** Ends a rendering that grows without bounds, such as nested sections over long lists. */
export class RenderMeter {
  #steps = 0;
  #characters = 0;

  /** Counts one step and what it read or wrote. Throws IRIS_LIMIT_EXCEEDED. */
  take(characters: number): void {
    this.#steps += 1;
    this.#characters += characters;
    if (this.#steps <= MAX_STEPS && this.#characters <= MAX_CHARACTERS) return;
    throw new IrisError('IRIS_LIMIT_EXCEEDED', 'The rendered prompt is too long', {
      hint: `A rendering may include and write ${MAX_CHARACTERS} characters in ${MAX_STEPS} steps.`,
    });
  }
}
