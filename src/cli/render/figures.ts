const SIGNIFICANT = 4;
const SMALLEST = 1e-4;
const LARGEST = 1e15;

/** A number for people: at most four digits that mean something, whole numbers whole; what is unknown is a dash. */
export function formatNumber(value: unknown): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return '-';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < LARGEST) return String(value);
  if (size < SMALLEST || size >= LARGEST) return value.toExponential(2);
  if (size >= 10 ** (SIGNIFICANT - 1)) return value.toFixed(0);
  return String(Number(value.toPrecision(SIGNIFICANT)));
}

/** A share as a percentage. */
export function formatShare(value: unknown): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return '-';
  return `${Number((value * 100).toPrecision(3))}%`;
}
