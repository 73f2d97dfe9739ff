import type { ConfirmQuestion } from '../../contract/daemon-wire.ts';
import { cutText } from './cut-text.ts';
import { oneLine } from './plain-text.ts';

const MAX_COLUMNS = 240;
/** A script may have left its text invisible, and the cursor in the middle of a line. */
const PLAIN_ON_NEW_LINE = '\u001B[0m\n';

/** A question with all that is to be known for the answer; nothing in it can steer the terminal. */
export function renderQuestion({ text, detail }: ConfirmQuestion): string {
  const lines = detail === '' ? [] : detail.split('\n').map((line) => `  ${safe(line)}\n`);
  const choices = 'Allow it? [y] once, [a] always in this run, [n] no: ';
  return `${PLAIN_ON_NEW_LINE}iris: ${safe(text)}\n${lines.join('')}${choices}`;
}

function safe(line: string): string {
  return cutText(oneLine(line), MAX_COLUMNS);
}
