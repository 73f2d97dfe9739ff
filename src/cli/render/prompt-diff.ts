import type { z } from 'zod';
import type { promptDiff } from '../../contract/tools/prompts.ts';
import { plainText } from './plain-text.ts';
import type { Screen } from './screen.ts';

type PromptDiff = Pick<z.output<typeof promptDiff.output>, 'diff' | 'configDiff'>;

/** The line that parts files in a diff; here there is one, or two that name themselves. */
const PARTING = /^=+\n/;

/** A unified diff, with colours where the screen has them. */
export function renderPromptDiff({ diff, configDiff }: PromptDiff, screen: Screen): string {
  return [diff, configDiff]
    .filter((text) => text !== '')
    .map((text) => paintDiff(text.replace(PARTING, ''), screen))
    .join('');
}

/** A unified diff as a screen shows it. */
export function paintDiff(text: string, screen: Screen): string {
  const whole = screen.width === undefined ? text : plainText(text);
  const lines = whole.replace(/\n$/, '').split('\n');
  return `${lines.map((line, at) => paintLine(line, at < 2, screen)).join('\n')}\n`;
}

function paintLine(line: string, isHead: boolean, { paint }: Screen): string {
  if (isHead) return paint.bold(line);
  if (line.startsWith('@@')) return paint.cyan(line);
  if (line.startsWith('+')) return paint.green(line);
  return line.startsWith('-') ? paint.red(line) : line;
}
