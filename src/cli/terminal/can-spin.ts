import { isCi } from './is-ci.ts';

/** Tells whether stderr can show a spinner; a terminal that cannot move its cursor gets lines, as a file does. */
export function canSpin(): boolean {
  return process.stderr.isTTY && process.env['TERM'] !== 'dumb' && !isCi(process.env);
}
