/** Two things that do or do not happen: `both`, the first alone, the second alone, neither. */
export interface TwoByTwo {
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
}

const Z_95 = 1.959963984540054;
const NEGLIGIBLE = 1e-17;

/** Logarithms of factorials up to `most`. */
export function logFactorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let number = 1; number <= most; number++) logs[number] = (logs[number - 1] ?? 0) + Math.log(number);
  return logs;
}

/**
 * How likely at least so much togetherness is by chance: Fisher's exact test, one-sided.
 * `logs` goes up to the sum of the table.
 */
export function fisherGreater(
  { both, onlyFirst, onlySecond, neither }: TwoByTwo,
  logs: Float64Array,
): number {
  const [first, second, all] = [both + onlyFirst, both + onlySecond, both + onlyFirst + onlySecond + neither];
  const least = Math.max(0, first + second - all);
  const most = Math.min(first, second);
  const log = (number: number): number => logs[number] ?? 0;
  const probability = (x: number): number =>
    Math.exp(
      log(first) +
        log(all - first) +
        log(second) +
        log(all - second) -
        log(all) -
        log(x) -
        log(first - x) -
        log(second - x) -
        log(all - first - second + x),
    );
  // The shorter tail is summed, away from the mode, where terms soon say nothing any more.
  if (both > (first * second) / all) return Math.min(1, tail(both, most, 1, probability));
  return Math.max(0, Math.min(1, 1 - tail(both - 1, least, -1, probability)));
}

/** The false discovery rate of Benjamini and Hochberg (1995): for each p-value its q-value. */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = [...pValues.keys()].toSorted((one, other) => (pValues[other] ?? 0) - (pValues[one] ?? 0));
  const qValues = Array<number>(pValues.length).fill(1);
  let least = 1;
  for (const [index, at] of order.entries()) {
    const rank = pValues.length - index;
    least = Math.min(least, ((pValues[at] ?? 0) * pValues.length) / rank);
    qValues[at] = least;
  }
  return qValues;
}

/** The interval of a share that a 95 % confidence leaves: Wilson (1927). */
export function wilson(hits: number, of: number): { readonly low: number; readonly high: number } {
  if (of === 0) return { low: 0, high: 1 };
  const part = hits / of;
  const scale = 1 + Z_95 ** 2 / of;
  const center = (part + Z_95 ** 2 / (2 * of)) / scale;
  const half = (Z_95 * Math.sqrt((part * (1 - part)) / of + Z_95 ** 2 / (4 * of ** 2))) / scale;
  return { low: Math.max(0, center - half), high: Math.min(1, center + half) };
}

/** How much more often the second happens with the first than without, with its interval: Newcombe (1998), method 10. */
export function riskDifference({ both, onlyFirst, onlySecond, neither }: TwoByTwo): {
  readonly value: number;
  readonly low: number;
  readonly high: number;
} {
  const [withFirst, without] = [both + onlyFirst, onlySecond + neither];
  const [one, other] = [share(both, withFirst), share(onlySecond, without)];
  const [a, b] = [wilson(both, withFirst), wilson(onlySecond, without)];
  const value = one - other;
  return {
    value,
    low: value - Math.hypot(one - a.low, b.high - other),
    high: value + Math.hypot(a.high - one, other - b.low),
  };
}

function tail(from: number, to: number, step: 1 | -1, probability: (x: number) => number): number {
  let sum = 0;
  for (let x = from; step * (to - x) >= 0; x += step) {
    const term = probability(x);
    sum += term;
    if (term < sum * NEGLIGIBLE) break;
  }
  return sum;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
