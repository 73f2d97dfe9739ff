import { ABSTAIN, type Ballot } from './ballot.ts';
import { ballotsOf, rulesOf, type ConsensusState } from './consensus-state.ts';
import { countBallots, type Tally } from './tally.ts';
import { formatWeight, shareOf, sum } from './weight.ts';

const MAX_DISSENT = 50;
const DECISIONS = new Set(['approved', 'rejected']);

/** What the ballots of a question come to, in plain JSON as it is kept. */
export function resultOf(state: ConsensusState) {
  const rules = rulesOf(state);
  const ballots = ballotsOf(state);
  const counted = countBallots(rules, ballots);
  const { outcome, reason } = state.cancelled
    ? { outcome: 'cancelled', reason: 'The question was cancelled' }
    : counted;
  const isReached = DECISIONS.has(outcome) || outcome.startsWith('choice:');
  const eligible = rules.eligible?.size ?? null;
  return {
    status: isReached ? ('reached' as const) : ('failed' as const),
    outcome,
    reason,
    tally: tallyOf(counted, ballots),
    participation: {
      voted: ballots.length,
      eligible,
      share: eligible === null ? null : ballots.length / eligible,
    },
    quorum: counted.quorum,
    threshold:
      rules.method === 'threshold' && rules.threshold !== undefined
        ? {
            ...rules.threshold,
            base: rules.base,
            needed: counted.needed === undefined ? null : formatWeight(counted.needed),
          }
        : null,
    winners: counted.winners,
    rounds: counted.ranked?.rounds?.map(formatAll) ?? null,
    pairwise:
      counted.ranked?.pairwise === undefined
        ? null
        : Object.fromEntries(
            Object.entries(counted.ranked.pairwise).map(([one, others]) => [one, formatAll(others)]),
          ),
    agreement: agreementOf(counted, rules.options.length),
    dissent: dissentOf(state, counted.winners, outcome),
  };
}

function tallyOf(
  { weights }: Tally,
  ballots: readonly Ballot[],
): Record<string, { votes: number; weight: string; share: number }> {
  const whole = sum(weights.values());
  return Object.fromEntries(
    [...weights].map(([option, weight]) => [
      option,
      {
        votes: ballots.filter((ballot) => isFor(ballot, option)).length,
        weight: formatWeight(weight),
        share: shareOf(weight, whole),
      },
    ]),
  );
}

function isFor({ decision, ranking, approvals }: Ballot, option: string): boolean {
  return approvals === undefined ? (decision ?? ranking?.[0]) === option : approvals.includes(option);
}

/** 1 when all agree, 0 when they are spread evenly over the options: one less the normalised entropy. */
function agreementOf({ weights }: Tally, options: number): number | null {
  const whole = sum(weights.values());
  if (whole === 0n) return null;
  const shares = [...weights.values()].map((weight) => shareOf(weight, whole)).filter((share) => share > 0);
  const entropy = -shares.reduce((total, share) => total + share * Math.log(share), 0);
  return Math.round((1 - entropy / Math.log(options)) * 1e6) / 1e6;
}

function dissentOf(
  { ballots }: ConsensusState,
  winners: readonly string[],
  outcome: string,
): { agentId: string; decision: string | null; reasoning: string | null }[] {
  const won = outcome === 'rejected' && winners.length === 0 ? ['reject'] : winners;
  if (won.length === 0) return [];
  return ballots
    .filter(({ decision, ranking, approvals }) => {
      const choice = decision ?? ranking?.[0];
      if (approvals !== null) return !won.some((winner) => approvals.includes(winner));
      return choice !== ABSTAIN && !(choice !== undefined && won.includes(choice));
    })
    .slice(0, MAX_DISSENT)
    .map(({ agentId, decision, ranking, reasoning }) => ({
      agentId,
      decision: decision ?? ranking?.[0] ?? null,
      reasoning,
    }));
}

function formatAll(weights: Readonly<Record<string, bigint>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(weights).map(([option, weight]) => [option, formatWeight(weight)]),
  );
}
