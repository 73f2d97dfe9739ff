const AMOUNT = /^\$?(\d+(?:\.\d*)?|\.\d+)$/;

/** Reads `0.50` or `$0.50` as dollars. Anything else is undefined. */
export function parseUsd(text: string): number | undefined {
  const amount = AMOUNT.exec(text.trim())?.[1];
  return amount === undefined ? undefined : Number(amount);
}

/** Writes dollars with as many digits as say something: `$12.30`, `$0.012`, `$0.00034`. */
export function formatUsd(usd: number): string {
  if (usd <= 0) return '$0';
  if (usd >= 0.1) return `$${usd.toFixed(2)}`;
  const digits = Math.min(9, 1 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(digits)}`;
}

/** What is only an estimate says so. */
export function formatEstimate(usd: number): string {
  return `${usd <= 0 ? '' : '~'}${formatUsd(usd)}`;
}
