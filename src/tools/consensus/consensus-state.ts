import { z } from 'zod';
import type { Ballot, Method, Rules, Threshold } from './ballot.ts';
import { parseWeight } from './weight.ts';

const ballot = z.looseObject({
  agentId: z.string(),
  revision: z.number(),
  decision: z.string().nullable(),
  ranking: z.array(z.string()).nullable(),
  approvals: z.array(z.string()).nullable(),
  weight: z.string(),
  confidence: z.number().nullable(),
  reasoning: z.string().nullable(),
  round: z.number(),
  castAt: z.string(),
});

/** A question with its ballots, as the database gives it. */
export const consensusState = z.looseObject({
  id: z.string(),
  topic: z.string().nullable(),
  options: z.array(z.string()),
  method: z.enum([
    'threshold',
    'plurality',
    'approval',
    'irv',
    'copeland',
    'schulze',
    'majority',
    'two_thirds',
    'three_quarters',
    'unanimous',
  ]),
  threshold: z.strictObject({ num: z.number(), den: z.number(), strict: z.boolean() }).nullable(),
  base: z.enum(['cast', 'present', 'eligible']),
  quorum: z.number(),
  eligible: z.record(z.string(), z.number()).nullable(),
  veto: z.array(z.string()),
  allowChange: z.boolean(),
  secret: z.boolean(),
  cancelled: z.boolean(),
  closesAt: z.string().nullable(),
  closedAt: z.string().nullable(),
  version: z.number(),
  result: z.looseObject({}).nullable(),
  ballots: z.array(ballot),
});

export type ConsensusState = z.output<typeof consensusState>;

const NAMED: Readonly<Record<string, Threshold>> = {
  majority: { num: 1, den: 2, strict: true },
  two_thirds: { num: 2, den: 3, strict: false },
  three_quarters: { num: 3, den: 4, strict: false },
  unanimous: { num: 1, den: 1, strict: false },
};

const COUNTED: readonly Method[] = ['plurality', 'approval', 'irv', 'copeland', 'schulze'];

/** The rules of a question, as they are counted. */
export function rulesOf(state: ConsensusState): Rules {
  const named = NAMED[state.method];
  return {
    options: state.options,
    method: COUNTED.find((method) => method === state.method) ?? 'threshold',
    threshold: named ?? state.threshold ?? undefined,
    base: state.base,
    quorum: state.quorum,
    eligible:
      state.eligible === null
        ? undefined
        : new Map(Object.entries(state.eligible).map(([id, weight]) => [id, parseWeight(weight.toFixed(4))])),
    veto: state.veto,
  };
}

/** The ballots of a question, as they are counted. */
export function ballotsOf(state: ConsensusState): readonly Ballot[] {
  return state.ballots.map(({ agentId, decision, ranking, approvals, weight }) => ({
    agentId,
    decision: decision ?? undefined,
    ranking: ranking ?? undefined,
    approvals: approvals ?? undefined,
    weight: parseWeight(weight),
  }));
}
