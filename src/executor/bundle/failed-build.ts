import type { Message } from 'esbuild';

export interface FailedBuild {
  readonly errors: readonly Message[];
}

/** Tells whether esbuild found mistakes in the user's code, as opposed to failing itself. */
export function isFailedBuild(thrown: unknown): thrown is FailedBuild & Error {
  return (
    thrown instanceof Error && 'errors' in thrown && Array.isArray(thrown.errors) && thrown.errors.length > 0
  );
}
