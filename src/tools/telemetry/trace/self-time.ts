import type { Span } from './link-spans.ts';

/** How long a span did something itself: its time without the time in which any child ran. */
export function selfMicros({ startMicros, endMicros, children }: Span): number {
  const inside = children
    .map((child) => ({
      start: Math.max(child.startMicros, startMicros),
      end: Math.min(child.endMicros, endMicros),
    }))
    .filter(({ start, end }) => end > start)
    .toSorted((one, other) => one.start - other.start);
  let covered = 0;
  let until = startMicros;
  for (const { start, end } of inside) {
    covered += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return endMicros - startMicros - covered;
}
