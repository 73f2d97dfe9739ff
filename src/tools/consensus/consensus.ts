import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  consensusClose,
  consensusList,
  consensusOpen,
  consensusStatusTool,
  consensusVote,
} from '../../contract/tools/consensus.ts';
import { IrisError } from '../../core/errors.ts';
import { implement, type ToolContext } from '../tool/tool.ts';
import { ballotsOf, consensusState, rulesOf, type ConsensusState } from './consensus-state.ts';
import { resultOf } from './result.ts';
import { isSettled } from './settled.ts';
import { statusOf } from './status.ts';

const MAX_TRIES = 5;
const voteAnswer = z.looseObject({
  duplicate: z.boolean(),
  revision: z.number(),
  changedFrom: z.string().nullish(),
  state: consensusState,
});

/** The tools of the group "consensus". */
export const consensusTools = [
  implement(consensusVote, async ({ token, ...input }, context) => {
    const { store, signal, caller } = context;
    const call = { ...caller, ...input, ...(token === undefined ? {} : { tokenHash: hashOf(token) }) };
    const answer = voteAnswer.parse(await store.call('iris_consensus_vote', call, { signal }));
    const state = await settle(answer.state, context);
    const { duplicate, revision, changedFrom } = answer;
    return {
      accepted: true,
      duplicate,
      revision,
      ...(changedFrom ? { changedFrom } : {}),
      status: statusOf(state),
    };
  }),
  implement(consensusStatusTool, async ({ includeVotes, ...input }, context) => {
    const state = await settle(await ask('iris_consensus_get', { ...input }, context), context);
    return statusOf(state, { includesVotes: includeVotes });
  }),
  implement(consensusOpen, async (input, context) => {
    const { method, eligible, veto, ...rest } = input;
    checkRules(input);
    const isShare = typeof method === 'object';
    const call = {
      ...context.caller,
      ...rest,
      id: input.id ?? `c_${randomUUID()}`,
      method: isShare ? 'threshold' : method,
      threshold: isShare ? method : null,
      eligible: Array.isArray(eligible)
        ? Object.fromEntries(eligible.map((id) => [id, 1]))
        : (eligible ?? null),
      veto: veto ?? [],
    };
    return statusOf(await ask('iris_consensus_open', call, context));
  }),
  implement(consensusClose, async (input, context) => {
    const state = await ask('iris_consensus_close', { ...context.caller, ...input }, context);
    return statusOf(await settle(state, context));
  }),
  implement(consensusList, (input, { store, signal }) =>
    store.call('iris_consensus_list', { ...input }, { signal }),
  ),
];

/** Writes the result down once the voting is over, or its outcome cannot change any more. */
async function settle(first: ConsensusState, context: ToolContext): Promise<ConsensusState> {
  let state = first;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (state.result !== null) return state;
    const seal = state.closedAt === null;
    if (seal && (state.allowChange || !isSettled(rulesOf(state), ballotsOf(state)))) return state;
    const { id: consensusId, version } = state;
    const finish = { consensusId, version, seal, result: resultOf(state) };
    try {
      state = await ask('iris_consensus_finish', finish, context);
    } catch (error) {
      // Whoever may only read sees the same result; somebody who may write keeps it.
      if (error instanceof IrisError && error.code === 'IRIS_FORBIDDEN') return state;
      throw error;
    }
  }
  return state;
}

function checkRules({
  base,
  quorum,
  eligible,
  closesAt,
  ttlSeconds,
}: z.output<typeof consensusOpen.input>): void {
  if (eligible === undefined && (base === 'eligible' || quorum < 1)) {
    throw new IrisError('IRIS_INVALID_ARGUMENT', 'A share of those who may vote needs eligible', {
      hint: 'Name who may vote: eligible: ["a", "b"].',
    });
  }
  if (closesAt !== undefined && ttlSeconds !== undefined) {
    throw new IrisError('IRIS_INVALID_ARGUMENT', 'closesAt and ttlSeconds say the same thing', {
      hint: 'Pass one of them.',
    });
  }
}

async function ask(
  operation: `iris_${string}`,
  input: Readonly<Record<string, unknown>>,
  { store, signal }: ToolContext,
): Promise<ConsensusState> {
  return consensusState.parse(await store.call(operation, input, { signal }));
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
