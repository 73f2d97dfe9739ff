import { type Command, InvalidArgumentError } from 'commander';

/** Adds what every list takes. */
export function addListOptions(command: Command): Command {
  return command
    .option('-n, --limit <count>', 'how many at most (default: 50)', toCount)
    .option('--all', 'everything there is')
    .option('--json', 'print JSON');
}

/** Reads a whole number from 1. */
export function toCount(word: string): number {
  const count = Number(word);
  if (!/^\d+$/.test(word) || count < 1 || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('It has to be a whole number from 1.');
  }
  return count;
}

/** Reads a whole number from 0. */
export function toWhole(word: string): number {
  return word === '0' ? 0 : toCount(word);
}

/** Reads a share, as a fraction (0.3) or a percentage (30%). */
export function toShare(word: string): number {
  const share = word.endsWith('%') ? Number(word.slice(0, -1)) / 100 : Number(word);
  if (!/^[\d.]+%?$/.test(word) || !(share >= 0 && share <= 1)) {
    throw new InvalidArgumentError('It has to be a share such as 0.3 or 30%.');
  }
  return share;
}

/** Collects what is given several times. */
export function toList(word: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), word];
}
