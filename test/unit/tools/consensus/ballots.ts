import type { Ballot, Rules } from '../../../../src/tools/consensus/ballot.ts';
import { parseWeight } from '../../../../src/tools/consensus/weight.ts';

/** Rules of a motion by majority, with what differs. */
export function motion(more: Partial<Rules> = {}): Rules {
  return {
    options: ['approve', 'reject', 'abstain'],
    method: 'threshold',
    threshold: { num: 1, den: 2, strict: true },
    base: 'cast',
    quorum: 1,
    eligible: undefined,
    veto: [],
    ...more,
  };
}

/** So many for, against and neither. */
export function votes(approve: number, reject: number, abstain = 0): Ballot[] {
  const words = [
    ...Array<string>(approve).fill('approve'),
    ...Array<string>(reject).fill('reject'),
    ...Array<string>(abstain).fill('abstain'),
  ];
  return words.map((decision, index) => cast({ agentId: `v${index}`, decision }));
}

export function cast({
  weight = '1',
  ...more
}: Partial<Omit<Ballot, 'weight'>> & { weight?: string }): Ballot {
  return {
    agentId: 'a',
    decision: undefined,
    ranking: undefined,
    approvals: undefined,
    ...more,
    weight: parseWeight(weight),
  };
}

/** Ballots from lines such as `A>B>C * 12`. */
export function ranked(text: string): Ballot[] {
  return text
    .trim()
    .split('\n')
    .map((line, index) => {
      const [order = '', count = '1'] = line.split('*').map((part) => part.trim());
      return cast({
        agentId: `v${index}`,
        ranking: order.split('>').map((name) => name.trim()),
        weight: count,
      });
    });
}
