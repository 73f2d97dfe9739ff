const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;
const STEP = 1024;
const BYTE_SIZE = /^(\d+(?:\.\d+)?)\s*(?:([kmgt])(?:i?b)?|b)?$/i;

/** Reads `2GB`, `512MB`, `64k` or `1024` as bytes; a kilobyte has 1024. Anything else is undefined. */
export function parseByteSize(text: string): number | undefined {
  const match = BYTE_SIZE.exec(text.trim());
  if (match === null) return undefined;
  const [, amount, letter = ''] = match;
  const power = ' kmgt'.indexOf(letter === '' ? ' ' : letter.toLowerCase());
  return Math.round(Number(amount) * STEP ** power);
}

/** Writes bytes in the largest unit that keeps the number at 1 or above, such as `2GB` or `1.5MB`. */
export function formatByteSize(bytes: number): string {
  let amount = Math.max(0, bytes);
  let index = 0;
  while (amount >= STEP && index < UNITS.length - 1) {
    amount /= STEP;
    index += 1;
  }
  return `${Number(amount.toFixed(1))}${UNITS[index] ?? 'B'}`;
}
