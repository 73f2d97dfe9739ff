import { APPROVE, isMotion, type Ballot, type Rules } from './ballot.ts';
import { baseOf, countBallots, reaches } from './tally.ts';
import { sum } from './weight.ts';

/** Tells whether no vote that is still to come can change the outcome; votes that are cast are taken as final. */
export function isSettled(rules: Rules, ballots: readonly Ballot[]): boolean {
  const { threshold, eligible } = rules;
  if (rules.method !== 'threshold' || threshold === undefined || eligible === undefined || !isMotion(rules))
    return false;
  const { weights, quorum } = countBallots(rules, ballots);
  // Who may veto may still do it.
  const missing = [...eligible].filter(([agentId]) => !ballots.some((ballot) => ballot.agentId === agentId));
  if (!quorum.met || missing.some(([agentId]) => rules.veto.includes(agentId))) return false;
  const open = sum(missing.map(([, weight]) => weight));
  const approved = weights.get(APPROVE) ?? 0n;
  const whole = baseOf(rules, weights);
  // The base "eligible" holds the votes that are missing already.
  const later = rules.base === 'eligible' ? whole : whole + open;
  const isCertain = approved > 0n && reaches(threshold, approved, later);
  const isLost = later > 0n && !reaches(threshold, approved + open, later);
  return isLost || isCertain;
}
