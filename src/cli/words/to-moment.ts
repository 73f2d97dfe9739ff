import { parseDuration } from '../../core/duration.ts';
import { IrisError } from '../../core/errors.ts';

/** Reads a time ago (7d, 30m) or a moment as milliseconds since 1970. Throws USAGE_INVALID. */
export function toMoment(option: string, word: string, nowMs: number): number {
  const agoMs = parseDuration(word);
  if (agoMs !== undefined) return nowMs - agoMs;
  const moment = /^\d{4}-/.test(word) ? Date.parse(word) : Number.NaN;
  if (!Number.isNaN(moment)) return moment;
  throw new IrisError('USAGE_INVALID', `${option} ${word}: that is no time`, {
    hint: 'Give a time ago with its unit (30m, 7d), or a moment (2026-01-31T12:00:00Z).',
  });
}
