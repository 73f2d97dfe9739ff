import type { ErrorJson } from '../../core/errors.ts';
import type { Identity } from '../port/driver.ts';
import type { EngineOptions } from './engine.ts';

/** What the thread of the database is started with. */
export interface WorkerOptions extends Omit<EngineOptions, 'migrations'> {
  readonly migrationsDir: string;
}

export type WorkerRequest =
  | {
      readonly type: 'call';
      readonly id: number;
      readonly operation: string;
      readonly input: unknown;
      readonly identity: Identity;
    }
  | { readonly type: 'maintain'; readonly id: number; readonly sql: string }
  | { readonly type: 'close'; readonly id: number };

export type WorkerAnswer =
  | { readonly type: 'ready'; readonly applied: readonly string[] }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number | undefined; readonly error: ErrorJson };
