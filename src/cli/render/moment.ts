import { formatAge } from './age.ts';
import type { Screen } from './screen.ts';

/** How long ago a moment was; a dash where there was none. */
export function formatAgo(moment: string | null | undefined, { nowMs }: Screen): string {
  const ms = Date.parse(moment ?? '');
  return Number.isNaN(ms) ? '-' : formatAge(Math.max(0, nowMs - ms));
}

/** How long it is until a moment, or how long ago it was. */
export function formatWhen(moment: string | null | undefined, { nowMs }: Screen): string {
  const ms = Date.parse(moment ?? '');
  if (Number.isNaN(ms)) return '-';
  return ms > nowMs ? `in ${formatAge(ms - nowMs)}` : `${formatAge(nowMs - ms)} ago`;
}
