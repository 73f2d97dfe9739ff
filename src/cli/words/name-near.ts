import { IrisError, toIrisError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';

/** Does `work` on something by its name; where there is none of it, the error names the nearest of `names`. */
export async function nameNear<T>(
  work: () => Promise<T>,
  word: string,
  names: () => Promise<readonly string[]>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = toIrisError(thrown);
    if (error.code !== 'IRIS_NOT_FOUND') throw error;
    // The list only helps: what went wrong first is what is told.
    const known = await names().catch((): readonly string[] => []);
    const near = known.includes(word) ? undefined : suggest(word, known);
    if (near === undefined) throw error;
    throw new IrisError(error.code, error.message, { hint: `Did you mean ${near}?`, cause: error });
  }
}
