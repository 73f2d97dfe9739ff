/** A sandbox that an executor holds. */
export interface ExecutorSandbox {
  readonly id: string;
  readonly session: string;
  readonly provider: 'embedded' | 'e2b';
  /** The wall around it, such as `bubblewrap` or `microvm`. */
  readonly isolation: string;
  readonly ageMs: number;
  /** How long it lives on when nothing runs in it. */
  readonly timeLeftMs: number;
}
