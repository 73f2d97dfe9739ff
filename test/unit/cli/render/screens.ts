import { Chalk } from 'chalk';
import type { Screen } from '../../../../src/cli/render/screen.ts';

const nowMs = Date.parse('2026-01-31T12:00:00Z');

/** What a file or a pipe is: nothing is cut or coloured. */
export const pipe: Screen = { width: undefined, paint: new Chalk({ level: 0 }), nowMs };

/** A terminal of so many columns, with colours or without. */
export function terminal(width: number, level: 0 | 1 = 0): Screen {
  return { width, paint: new Chalk({ level }), nowMs };
}
