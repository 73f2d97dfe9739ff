import {
  ABSTAIN,
  APPROVE,
  choicesOf,
  isMotion,
  REJECT,
  type Ballot,
  type RankedMethod,
  type Rules,
  type Threshold,
} from './ballot.ts';
import { countRanked, type RankedResult } from './ranked.ts';
import { formatWeight, sum } from './weight.ts';

/** What the ballots come to under the rules. */
export interface Tally {
  readonly outcome: string;
  readonly reason: string;
  /** What each option has: votes, or approvals, or first choices. */
  readonly weights: ReadonlyMap<string, bigint>;
  readonly winners: readonly string[];
  readonly quorum: { readonly required: number; readonly met: boolean };
  /** What the option that leads needs, of the threshold methods. */
  readonly needed: bigint | undefined;
  readonly ranked: RankedResult | undefined;
}

/** Counts the ballots. All arithmetic is exact: no percentage is rounded before it is compared. */
export function countBallots(rules: Rules, ballots: readonly Ballot[]): Tally {
  const weights = weightsOf(rules, ballots);
  const required = quorumOf(rules);
  const quorum = { required, met: ballots.length >= required };
  const base = { weights, quorum, winners: [], needed: undefined, ranked: undefined };
  const blocker = ballots.find(
    ({ agentId, decision }) => decision === REJECT && rules.veto.includes(agentId),
  );
  if (blocker) return { ...base, outcome: 'vetoed', reason: `${blocker.agentId} has a veto and rejects it` };
  if (!quorum.met) {
    return { ...base, outcome: 'no_quorum', reason: `${ballots.length} voted, and ${required} have to` };
  }
  if (rules.method === 'threshold') return { ...base, ...byThreshold(rules, ballots, weights) };
  if (rules.method === 'plurality' || rules.method === 'approval')
    return { ...base, ...byMost(rules, weights) };
  return { ...base, ...byRanking(rules, rules.method, ballots) };
}

/** How many have to vote. A share is of those who may, and a part of a voter is a whole one. */
export function quorumOf({ quorum, eligible }: Rules): number {
  const exact = quorum >= 1 ? quorum : quorum * (eligible?.size ?? 0);
  return Math.max(1, Math.ceil(exact - 1e-9));
}

/** What the share is of. */
export function baseOf({ base, eligible }: Rules, weights: ReadonlyMap<string, bigint>): bigint {
  const present = sum(weights.values());
  if (base === 'present') return present;
  if (base === 'eligible') return sum(eligible?.values() ?? []);
  return present - (weights.get(ABSTAIN) ?? 0n);
}

/** Whether `part` of `whole` reaches the threshold. */
export function reaches({ num, den, strict }: Threshold, part: bigint, whole: bigint): boolean {
  const difference = BigInt(den) * part - BigInt(num) * whole;
  return strict ? difference > 0n : difference >= 0n;
}

function weightsOf(rules: Rules, ballots: readonly Ballot[]): Map<string, bigint> {
  const weights = new Map(rules.options.map((option) => [option, 0n]));
  for (const { decision, ranking, approvals, weight } of ballots) {
    const named = rules.method === 'approval' ? (approvals ?? []) : [decision ?? ranking?.[0] ?? ''];
    for (const option of named) {
      const before = weights.get(option);
      if (before !== undefined) weights.set(option, before + weight);
    }
  }
  return weights;
}

const HALF: Threshold = { num: 1, den: 2, strict: true };

type Verdict = Pick<Tally, 'outcome' | 'reason' | 'winners'> & Partial<Tally>;

function byThreshold(
  rules: Rules,
  ballots: readonly Ballot[],
  weights: ReadonlyMap<string, bigint>,
): Verdict {
  const { threshold = HALF } = rules;
  const whole = baseOf(rules, weights);
  if (whole === 0n || ballots.length === 0)
    return { outcome: 'no_quorum', reason: 'Nobody voted for or against it', winners: [] };
  const needed = neededOf(threshold, whole);
  const leaders = isMotion(rules) ? [APPROVE] : leadersOf(rules, weights);
  const [leader = ''] = leaders;
  const part = weights.get(leader) ?? 0n;
  const reason = `${leader} has ${formatWeight(part)} of ${formatWeight(whole)}, and needs ${formatWeight(needed)}`;
  if (leaders.length === 1 && part > 0n && reaches(threshold, part, whole))
    return { outcome: winOf(rules, leader), reason, winners: [leader], needed };
  if (isTied(rules, weights, leaders))
    return { outcome: 'tied', reason: tieOf(rules, leaders), winners: [], needed };
  return { outcome: 'rejected', reason, winners: [], needed };
}

/** A motion is tied by half against half of the votes that were cast; a choice by several that lead. */
function isTied(
  { threshold = HALF, base, ...rules }: Rules,
  weights: ReadonlyMap<string, bigint>,
  leaders: readonly string[],
): boolean {
  if (!isMotion({ ...rules, threshold, base })) return leaders.length > 1;
  const isHalf = 2 * threshold.num === threshold.den;
  return isHalf && base === 'cast' && weights.get(APPROVE) === weights.get(REJECT);
}

function byMost(rules: Rules, weights: ReadonlyMap<string, bigint>): Verdict {
  const leaders = leadersOf(rules, weights);
  const [leader = ''] = leaders;
  const part = weights.get(leader) ?? 0n;
  if (part === 0n) return { outcome: 'no_quorum', reason: 'Nobody voted for any option', winners: [] };
  if (leaders.length > 1) return { outcome: 'tied', reason: tieOf(rules, leaders), winners: leaders };
  return {
    outcome: winOf(rules, leader),
    reason: `${leader} has most: ${formatWeight(part)}`,
    winners: leaders,
  };
}

function byRanking(rules: Rules, method: RankedMethod, ballots: readonly Ballot[]): Verdict {
  const ranked = countRanked(method, choicesOf(rules), ballots);
  const [winner = ''] = ranked.winners;
  if (ranked.winners.length > 1)
    return { outcome: 'tied', reason: tieOf(rules, ranked.winners), winners: ranked.winners, ranked };
  return {
    outcome: winOf(rules, winner),
    reason: `${winner} wins by ${method}`,
    winners: ranked.winners,
    ranked,
  };
}

function leadersOf(rules: Rules, weights: ReadonlyMap<string, bigint>): readonly string[] {
  const choices = choicesOf(rules);
  const most = choices.reduce((high, choice) => {
    const weight = weights.get(choice) ?? 0n;
    return weight > high ? weight : high;
  }, 0n);
  return choices.filter((choice) => weights.get(choice) === most);
}

function winOf(rules: Rules, winner: string): string {
  if (!isMotion(rules)) return `choice:${winner}`;
  if (winner === APPROVE) return 'approved';
  return winner === REJECT ? 'rejected' : `choice:${winner}`;
}

function tieOf(rules: Rules, leaders: readonly string[]): string {
  return `${(isMotion(rules) && leaders.length < 2 ? [APPROVE, REJECT] : leaders).join(', ')} are equal`;
}

/** The least that reaches the threshold, in the smallest unit of a weight. */
function neededOf({ num, den, strict }: Threshold, whole: bigint): bigint {
  const exact = BigInt(num) * whole;
  const floor = exact / BigInt(den);
  if (strict) return floor + 1n;
  return floor * BigInt(den) === exact ? floor : floor + 1n;
}
