import { IrisError } from '../../core/errors.ts';

const MAX_PORT = 65_535;

/** Reads the value of an option that names a port. Throws USAGE_INVALID. */
export function toPort(option: string, word: string): number {
  const port = Number(word);
  if (Number.isInteger(port) && port >= 0 && port <= MAX_PORT) return port;
  throw new IrisError('USAGE_INVALID', `${option} ${word} is not a port`, {
    hint: `Give a number up to ${MAX_PORT}; 0 is any.`,
  });
}
