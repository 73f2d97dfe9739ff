type Pairs = readonly (readonly [number, number])[];

/** Spearman's rho, with equal values sharing their mean rank; undefined where one side never changes. */
export function spearman(pairs: Pairs): number | undefined {
  const first = ranksOf(pairs.map(([value]) => value));
  const second = ranksOf(pairs.map(([, value]) => value));
  return pearson(first, second);
}

/** Kendall's tau-b, which takes equal values into account; undefined where one side never changes. */
export function kendall(pairs: Pairs): number | undefined {
  let balance = 0;
  let firstDiffers = 0;
  let secondDiffers = 0;
  for (const [index, [a, b]] of pairs.entries()) {
    for (const [c, d] of pairs.slice(index + 1)) {
      balance += Math.sign(a - c) * Math.sign(b - d);
      if (a !== c) firstDiffers += 1;
      if (b !== d) secondDiffers += 1;
    }
  }
  const most = Math.sqrt(firstDiffers * secondDiffers);
  return most === 0 ? undefined : balance / most;
}

function ranksOf(values: readonly number[]): readonly number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const first = new Map<number, number>();
  const last = new Map<number, number>();
  for (const [index, value] of sorted.entries()) {
    if (!first.has(value)) first.set(value, index + 1);
    last.set(value, index + 1);
  }
  return values.map((value) => ((first.get(value) ?? 0) + (last.get(value) ?? 0)) / 2);
}

function pearson(left: readonly number[], right: readonly number[]): number | undefined {
  const [meanLeft, meanRight] = [meanOf(left), meanOf(right)];
  let together = 0;
  let ofLeft = 0;
  let ofRight = 0;
  for (const [index, value] of left.entries()) {
    const a = value - meanLeft;
    const b = (right[index] ?? 0) - meanRight;
    together += a * b;
    ofLeft += a * a;
    ofRight += b * b;
  }
  const most = Math.sqrt(ofLeft * ofRight);
  return most === 0 ? undefined : together / most;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
