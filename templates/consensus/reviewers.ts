/** A change that is to be reviewed. */
export interface Change {
  readonly title: string;
  readonly linesAdded: number;
  readonly hasTests: boolean;
  readonly touches: readonly string[];
}

export interface Opinion {
  readonly agentId: string;
  readonly decision: 'approve' | 'reject';
  readonly reasoning: string;
}

type Reviewer = (change: Change) => Opinion;

/** Reviewers with a rule each; put calls of a model in their place. */
export const REVIEWERS: readonly Reviewer[] = [
  ({ hasTests }) => ({
    agentId: 'tester',
    decision: hasTests ? 'approve' : 'reject',
    reasoning: hasTests ? 'It comes with tests.' : 'Nothing shows that it works.',
  }),
  ({ linesAdded }) => ({
    agentId: 'reader',
    decision: linesAdded <= 200 ? 'approve' : 'reject',
    reasoning: `${linesAdded} lines are ${linesAdded <= 200 ? 'read in one sitting' : 'too many for one sitting'}.`,
  }),
  ({ touches }) => ({
    agentId: 'guardian',
    decision: touches.includes('auth') ? 'reject' : 'approve',
    reasoning: touches.includes('auth') ? 'It changes who may log in.' : 'It stays away from logins.',
  }),
];
