import { IrisError } from '../../core/errors.ts';
import type { IsolationFacts, Rung } from './launch/launcher.ts';

/** How much a rung keeps apart. */
type IsolationLevel = IsolationFacts['level'];

/** The least that is accepted: a level, or one rung by its name. */
export type RequiredIsolation = 'any' | Exclude<IsolationLevel, 'none'> | Exclude<Rung, 'none'>;

const LEVELS: Readonly<Record<Rung, IsolationLevel>> = {
  bubblewrap: 'namespaces',
  'util-linux': 'namespaces',
  landlock: 'reduced',
  'sandbox-exec': 'reduced',
  none: 'none',
};

const DISK_LIMITS = { namespaces: 'fixed size', reduced: 'per file', none: 'none' } as const;

/** What kind of walls and limits a rung has, with or without control groups. */
export function factsOf(rung: Rung, hasCgroups: boolean): IsolationFacts {
  const level = LEVELS[rung];
  const hasLimits = rung !== 'none' && rung !== 'sandbox-exec';
  const perProcess = hasLimits ? 'per process' : 'none';
  return {
    level,
    memoryLimit: hasLimits && hasCgroups ? 'cgroup' : perProcess,
    diskLimit: DISK_LIMITS[level],
  };
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
