import { z } from 'zod';
import {
  reflexionAgreement,
  reflexionEvaluate,
  reflexionFeedback,
  reflexionRecall,
} from '../../contract/tools/reflexion.ts';
import { implement } from '../tool/tool.ts';
import { agreementOf } from './agreement.ts';
import { complete } from './complete.ts';
import { evaluate } from './evaluate.ts';

/** The tools of the group "reflexion". */
export const reflexionTools = [
  implement(reflexionEvaluate, ({ evaluationId, input = '', output = '', ...request }, context) =>
    evaluationId === undefined
      ? evaluate({ ...request, input, output }, context)
      : complete({ ...request, evaluationId }, context),
  ),
  implement(reflexionRecall, (input, { store, signal }) =>
    store.call('iris_reflexion_recall', input, { signal }),
  ),
  implement(reflexionFeedback, (input, { store, caller, signal }) =>
    store.call('iris_reflexion_feedback', { ...caller, ...input }, { signal }),
  ),
  implement(reflexionAgreement, async (input, { store, signal }) => {
    const { pairs } = verdictPairs.parse(await store.call('iris_reflexion_verdicts', input, { signal }));
    return agreementOf(pairs);
  }),
];

const judged = z.object({ verdict: z.string(), score: z.number().nullable() });
const verdictPairs = z.object({ pairs: z.array(z.object({ first: judged, second: judged })) });
