import type { ConsensusState } from './consensus-state.ts';
import { resultOf } from './result.ts';

/** A question as callers see it: its frozen result, or how it would end now. */
export function statusOf(state: ConsensusState, { includesVotes = true } = {}): Record<string, unknown> {
  const facts = {
    id: state.id,
    topic: state.topic,
    description: state['description'],
    options: state.options,
    method: state.method,
    closesAt: state.closesAt,
    closedAt: state.closedAt,
    secret: state.secret,
    actual: state['actual'],
  };
  const votes = includesVotes ? { votes: state.ballots } : {};
  const rounds = state['revisions'] === null ? {} : { revisions: state['revisions'] };
  if (state.closedAt !== null) {
    const result = state.result ?? resultOf(state);
    return { ...facts, ...result, final: true, provisional: null, ...votes, ...rounds };
  }
  const { outcome, ...result } = resultOf(state);
  const open = { status: 'pending', outcome: null, final: false };
  if (!state.secret) return { ...facts, ...result, ...open, provisional: outcome, ...votes, ...rounds };
  // Who sees how the others vote follows them.
  const { participation, quorum } = result;
  return {
    ...facts,
    ...open,
    participation,
    quorum,
    provisional: null,
    tally: null,
    agreement: null,
    reason: 'The votes are secret until it is closed',
  };
}
