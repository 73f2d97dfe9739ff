import { IrisError } from '../../core/errors.ts';
import type { Rung } from './launcher.ts';

/** How much a rung keeps apart. */
export type IsolationLevel = 'none' | 'reduced' | 'namespaces';

/** The least that is accepted: a level, or one rung by its name. */
export type RequiredIsolation = 'any' | Exclude<IsolationLevel, 'none'> | Exclude<Rung, 'none'>;

const LEVELS: Readonly<Record<Rung, IsolationLevel>> = {
  bubblewrap: 'namespaces',
  'util-linux': 'namespaces',
  landlock: 'reduced',
  'sandbox-exec': 'reduced',
  none: 'none',
};

/** The level that a rung reaches. */
export function levelOf(rung: Rung): IsolationLevel {
  return LEVELS[rung];
}

/** Tells whether a rung is as much as is required. */
export function satisfies(rung: Rung, required: RequiredIsolation): boolean {
  if (required === 'any' || required === rung) return true;
  if (required === 'namespaces') return LEVELS[rung] === 'namespaces';
  return required === 'reduced' && LEVELS[rung] !== 'none';
}

/** Refuses a rung that was asked for by name and is less than required. Throws ISOLATION_UNAVAILABLE. */
export function demand(rung: Rung, required: RequiredIsolation): void {
  if (satisfies(rung, required)) return;
  throw new IrisError(
    'ISOLATION_UNAVAILABLE',
    `Isolation "${rung}" (level ${LEVELS[rung]}) is asked for, but "${required}" is required`,
    { hint: 'Change --isolation or --require-isolation, so that they agree.' },
  );
}
