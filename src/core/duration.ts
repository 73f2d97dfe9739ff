const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
const DURATION = /^(?:\d+(?:\.\d+)?(?:d|h|ms|m|s))+$/i;
const PART = /(\d+(?:\.\d+)?)(d|h|ms|m|s)/gi;

/** Reads `5m`, `1h30m`, `90s` or `500ms` as milliseconds; `0` needs no unit. Anything else is undefined. */
export function parseDuration(text: string): number | undefined {
  const compact = text.trim();
  if (compact === '0') return 0;
  if (!DURATION.test(compact)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of compact.matchAll(PART)) ms += Number(amount) * unitMs(unit);
  return Math.round(ms);
}

/** Writes milliseconds as `1h30m` or `500ms`; what it writes, parseDuration reads back. */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, Math.round(ms));
  let text = '';
  for (const [unit, size] of Object.entries(UNIT_MS)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0' : text;
}

function unitMs(unit: string | undefined): number {
  const found = Object.entries(UNIT_MS).find(([name]) => name === unit?.toLowerCase());
  return found?.[1] ?? Number.NaN;
}
