import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Check, Criterion, GivenScore, Verdict } from '../../contract/tools/reflexion.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { ToolContext } from '../tool/tool.ts';
import { CORRECTNESS, judgeForm } from './judge-form.ts';
import { outcomeOf } from './outcome.ts';
import { runChecks } from './run-checks.ts';
import { impliedCriteria, scoreCriteria } from './score-criteria.ts';
import { taskName } from './task-name.ts';

/** A new evaluation as it is asked for. */
export interface EvaluationRequest {
  readonly input: string;
  readonly output: string;
  readonly expected?: unknown;
  readonly verdict?: Verdict | undefined;
  readonly criteria?: readonly Criterion[] | undefined;
  readonly scores?: readonly GivenScore[] | undefined;
  readonly checks?: readonly Check[] | undefined;
  readonly judge?: 'none' | 'prompt' | undefined;
  readonly source?: 'human' | 'agent' | undefined;
  readonly reflection?: string | undefined;
  readonly agentId?: string | undefined;
}

const ASK_REFLECTION =
  'Say in two or three sentences what went wrong and what to do differently next time, and send it: reflexion_evaluate with this evaluationId and reflection.';

const recorded = z.looseObject({ id: z.string(), verdict: z.string(), reflection: z.string().nullable() });

/** Evaluates an output with what was given, and asks for a judgement where that says nothing. */
export async function evaluate(request: EvaluationRequest, context: ToolContext): Promise<unknown> {
  const { store, caller, signal } = context;
  const { input, output, expected, scores: given, judge: _, source: __, ...rest } = request;
  const needsJudge = isJudgeNeeded(request);
  const criteria = criteriaOf(request, needsJudge);
  const scores = given === undefined ? [] : scoreCriteria(criteria, given);
  const checks = await runChecks(request.checks ?? [], output, signal);
  const outcome = outcomeOf({
    verdict: request.verdict === 'unknown' ? undefined : request.verdict,
    by: voiceOf(request, context),
    scores,
    checks,
  });
  const facts = { defaultTask: taskName(input), criteria, scores, checks, requestHash: requestHash(request) };
  const answer = recorded.parse(
    await store.call(
      'iris_reflexion_evaluate',
      { ...caller, ...rest, input, output, expected, ...facts, ...outcome },
      { signal },
    ),
  );
  const form = needsJudge
    ? { needsJudgement: judgeForm({ evaluationId: answer.id, input, output, expected, criteria }) }
    : {};
  return { ...withQuestion(answer), ...form };
}

/** Asks for a reflection where one would be of use. */
export function withQuestion(answer: z.output<typeof recorded>): object {
  const isWanted = ['incorrect', 'partial'].includes(answer.verdict) && answer.reflection === null;
  return isWanted ? { ...answer, askReflection: ASK_REFLECTION } : answer;
}

/** Tells requests with the same idempotencyKey apart, whoever's trace they belong to. */
export function requestHash(request: object): string {
  const asked = Object.entries(request).filter(([key]) => !IDENTITY.has(key));
  return createHash('sha256')
    .update(canonicalJson(Object.fromEntries(asked)))
    .digest('hex');
}

const IDENTITY: ReadonlySet<string> = new Set(['idempotencyKey', 'sessionId', 'traceId']);

/** Whose verdict it is that was given. */
export function voiceOf(
  { source, agentId }: Pick<EvaluationRequest, 'source' | 'agentId'>,
  { caller }: Pick<ToolContext, 'caller'>,
): 'human' | 'agent' {
  return source ?? ((agentId ?? caller.agentId) === undefined ? 'human' : 'agent');
}

function criteriaOf({ criteria, scores }: EvaluationRequest, needsJudge: boolean): readonly Criterion[] {
  if (criteria !== undefined) return criteria;
  if (scores !== undefined) return impliedCriteria(scores);
  return needsJudge ? [CORRECTNESS] : [];
}

function isJudgeNeeded({ judge, scores, verdict = 'unknown', criteria, checks }: EvaluationRequest): boolean {
  if (scores !== undefined || judge === 'none') return false;
  return judge === 'prompt' || (verdict === 'unknown' && (criteria !== undefined || checks === undefined));
}
