import chalk, { Chalk } from 'chalk';
import type { Screen } from '../render/screen.ts';

/** The screen that standard output is: without colours where it is no terminal, or where NO_COLOR asks for none. */
export function openScreen(): Screen {
  const { isTTY, columns } = process.stdout;
  return {
    width: isTTY ? columns : undefined,
    paint: process.env['NO_COLOR'] ? new Chalk({ level: 0 }) : chalk,
    nowMs: Date.now(),
  };
}
