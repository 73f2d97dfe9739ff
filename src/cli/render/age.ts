const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const;

/** A time for a table: its two largest units, whole seconds at the least. */
export function formatAge(ms: number): string {
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count}${unit}`);
    rest -= count * size;
  }
  if (parts.length < 2) parts.push(`${Math.floor(rest / 1000)}s`);
  return parts.slice(0, 2).join('');
}
