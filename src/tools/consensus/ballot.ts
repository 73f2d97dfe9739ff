/** One vote as it counts. */
export interface Ballot {
  readonly agentId: string;
  readonly decision: string | undefined;
  /** The best first; what is not named comes last, all equal. */
  readonly ranking: readonly string[] | undefined;
  readonly approvals: readonly string[] | undefined;
  readonly weight: bigint;
}

/** A share that has to be reached; strictly: exceeded. */
export interface Threshold {
  readonly num: number;
  readonly den: number;
  readonly strict: boolean;
}

export type RankedMethod = 'irv' | 'copeland' | 'schulze';
export type Method = 'threshold' | 'plurality' | 'approval' | RankedMethod;

/** The rules of a question. */
export interface Rules {
  readonly options: readonly string[];
  readonly method: Method;
  /** Of the method "threshold" alone. */
  readonly threshold: Threshold | undefined;
  readonly base: 'cast' | 'present' | 'eligible';
  /** Voters; below 1 a share of those who may vote. */
  readonly quorum: number;
  /** Who may vote and what each weighs; undefined is anybody. */
  readonly eligible: ReadonlyMap<string, bigint> | undefined;
  readonly veto: readonly string[];
}

export const APPROVE = 'approve';
export const REJECT = 'reject';
export const ABSTAIN = 'abstain';

/** A yes or no rather than a choice. */
export function isMotion({ options }: Rules): boolean {
  return options.includes(APPROVE) && options.includes(REJECT);
}

/** The options that can win. */
export function choicesOf({ options }: Rules): readonly string[] {
  return options.filter((option) => option !== ABSTAIN);
}
