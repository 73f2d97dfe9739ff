/** Weights have four decimals; as whole numbers of the last of them they add up exactly. */
const DECIMALS = 4;
const SCALE = 10n ** BigInt(DECIMALS);

/** Reads a weight as Postgres writes it, such as `1.0000`. */
export function parseWeight(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * SCALE + BigInt(fraction.padEnd(DECIMALS, '0').slice(0, DECIMALS) || '0');
}

/** Writes a weight without zeros that say nothing. */
export function formatWeight(weight: bigint): string {
  const fraction = (weight % SCALE).toString().padStart(DECIMALS, '0').replace(/0+$/, '');
  return `${weight / SCALE}${fraction === '' ? '' : `.${fraction}`}`;
}

/** `part` of `whole` as a number between 0 and 1, for people. */
export function shareOf(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 1_000_000n) / whole) / 1_000_000;
}

export function sum(weights: Iterable<bigint>): bigint {
  let total = 0n;
  for (const weight of weights) total += weight;
  return total;
}
