import { z } from 'zod';
import type { GivenScore, Verdict } from '../../contract/tools/reflexion.ts';
import { IrisError } from '../../core/errors.ts';
import type { ToolContext } from '../tool/tool.ts';
import { requestHash, voiceOf, withQuestion } from './evaluate.ts';
import { outcomeOf } from './outcome.ts';
import { impliedCriteria, scoreCriteria } from './score-criteria.ts';

/** What is added to an evaluation that was recorded before. */
export interface CompletionRequest {
  readonly evaluationId: string;
  readonly scores?: readonly GivenScore[] | undefined;
  readonly verdict?: Verdict | undefined;
  readonly reflection?: string | undefined;
  readonly source?: 'human' | 'agent' | undefined;
  readonly agentId?: string | undefined;
}

const stored = z.looseObject({
  criteria: z.array(
    z.looseObject({
      name: z.string(),
      weight: z.number(),
      min: z.number(),
      max: z.number(),
      threshold: z.number(),
    }),
  ),
  checks: z.array(z.looseObject({ passed: z.boolean(), weight: z.number(), required: z.boolean() })),
  verdict: z.enum(['correct', 'partial', 'incorrect', 'unknown']),
  source: z.enum(['human', 'agent', 'judge', 'checks', 'none']),
});

const completed = z.looseObject({ id: z.string(), verdict: z.string(), reflection: z.string().nullable() });

/** Adds scores, a verdict or a reflection to an evaluation. Throws IRIS_CONFLICT where it has them already. */
export async function complete(request: CompletionRequest, context: ToolContext): Promise<unknown> {
  const { store, caller, signal } = context;
  const { evaluationId, source: _, ...rest } = request;
  if ((request.scores ?? request.verdict ?? request.reflection) === undefined)
    throw new IrisError('IRIS_INVALID_ARGUMENT', 'There is nothing to add to the evaluation', {
      hint: 'Send scores, a verdict or a reflection.',
    });
  const before = stored.parse(await store.call('iris_reflexion_read', { evaluationId }, { signal }));
  const judgement = judgementOf(request, before, context);
  const answer = await store.call(
    'iris_reflexion_complete',
    { ...caller, ...rest, ...judgement, evaluationId, requestHash: requestHash(request) },
    { signal },
  );
  return withQuestion(completed.parse(answer));
}

function judgementOf(
  request: CompletionRequest,
  before: z.output<typeof stored>,
  context: ToolContext,
): Readonly<Record<string, unknown>> {
  const { scores: given, verdict = 'unknown' } = request;
  if (given === undefined && verdict === 'unknown') return { isJudged: false };
  const criteria = before.criteria.length > 0 ? before.criteria : impliedCriteria(given ?? []);
  const scores = given === undefined ? [] : scoreCriteria(criteria, given);
  const decided = decisionOf(request, before, context);
  const outcome = outcomeOf({ ...decided, scores, checks: before.checks });
  return { isJudged: true, hasVerdict: verdict !== 'unknown', scores, ...outcome };
}

/** A verdict that was given before stays, whatever the scores say. */
function decisionOf(
  request: CompletionRequest,
  { verdict: earlier, source }: z.output<typeof stored>,
  context: ToolContext,
): { verdict?: 'correct' | 'partial' | 'incorrect'; by: 'human' | 'agent' } {
  const { verdict = 'unknown' } = request;
  if (verdict !== 'unknown') return { verdict, by: voiceOf(request, context) };
  if ((source === 'human' || source === 'agent') && earlier !== 'unknown')
    return { verdict: earlier, by: source };
  return { by: 'human' };
}
