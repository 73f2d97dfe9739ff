/** One way to read a duration such as `1h30m` as seconds. */
export interface Attempt {
  readonly name: string;
  readonly read: (text: string) => number;
  /** What its author would do differently. */
  readonly lesson: string;
}

const SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

/** Attempts from naive to right, as an agent might make them one after the other. */
export const ATTEMPTS: readonly Attempt[] = [
  {
    name: 'parseInt',
    read: (text) => Number.parseInt(text, 10),
    lesson: 'A duration has units: read each number together with the letter behind it.',
  },
  {
    name: 'first unit',
    read: (text) => {
      const [, amount = '0', unit = 's'] = /^(\d+)([hms])/.exec(text) ?? [];
      return Number(amount) * (SECONDS[unit] ?? 1);
    },
    lesson: 'There may be several units: go over all of them and add them up.',
  },
  {
    name: 'all units',
    read: (text) =>
      [...text.matchAll(/(\d+)([hms])/g)].reduce(
        (sum, [, amount = '0', unit = 's']) => sum + Number(amount) * (SECONDS[unit] ?? 1),
        0,
      ),
    lesson: 'Nothing: it reads all of them.',
  },
];

/** What a right one gives. */
export const CASES: readonly (readonly [text: string, seconds: number])[] = [
  ['90s', 90],
  ['2m', 120],
  ['1h30m', 5400],
];
