import { z } from 'zod';
import { defineTool } from './contract.ts';
import { attributesField, callerFields, nameField, sinceField, textField, writeFields } from './fields.ts';

const MAX_CRITERIA = 20;
const MAX_CHECKS = 50;
const MAX_SAMPLES = 100;
const MAX_SCHEMA_BYTES = 64 * 1024;

const verdict = z.enum(['correct', 'partial', 'incorrect', 'unknown']);
const source = z.enum(['human', 'agent', 'judge', 'checks', 'none']);

const criterion = z
  .strictObject({
    name: nameField,
    description: z.string().max(5000).optional(),
    steps: z.array(z.string().max(2000)).max(30).optional(),
    weight: z.number().positive().max(1e6).default(1),
    min: z.number().min(-1e9).max(1e9).default(0),
    max: z.number().min(-1e9).max(1e9).default(1),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe('The least normalized score, from 0 to 1, that passes.'),
  })
  .refine(({ min, max }) => min < max, { path: ['max'], error: 'must be more than min' });

const score = z
  .strictObject({
    criterion: nameField,
    score: z.number().optional(),
    samples: z
      .array(z.number())
      .min(1)
      .max(MAX_SAMPLES)
      .optional()
      .describe('Several scores; their mean counts.'),
    probabilities: z
      .record(z.string().regex(/^-?\d+(?:\.\d+)?$/, 'must be a number'), z.number().min(0).max(1))
      .optional()
      .describe('The probability of each score; the expected score counts.'),
    reason: z.string().max(10_000).optional(),
  })
  .refine(
    ({ score: one, samples, probabilities }) =>
      [one, samples, probabilities].filter((given) => given !== undefined).length === 1,
    'must have exactly one of score, samples and probabilities',
  );

const common = {
  name: nameField.optional(),
  weight: z.number().positive().max(1e6).default(1),
  required: z.boolean().default(false).describe('A required check that fails makes the output incorrect.'),
};
const schema = z
  .union([z.boolean(), z.record(z.string(), z.json())])
  .refine(
    (value) => Buffer.byteLength(JSON.stringify(value)) <= MAX_SCHEMA_BYTES,
    `must be at most ${MAX_SCHEMA_BYTES} bytes`,
  );

const check = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('equals'), value: z.json(), ...common }),
  z.strictObject({
    type: z.literal('contains'),
    value: textField,
    ignoreCase: z.boolean().default(false),
    ...common,
  }),
  z.strictObject({
    type: z.literal('not_contains'),
    value: textField,
    ignoreCase: z.boolean().default(false),
    ...common,
  }),
  z.strictObject({
    type: z.literal('regex'),
    pattern: z.string().max(500),
    flags: z
      .string()
      .regex(/^[dgimsuvy]{0,8}$/, 'must be flags of a regular expression')
      .default(''),
    ...common,
  }),
  z.strictObject({ type: z.literal('json_valid'), ...common }),
  z.strictObject({ type: z.literal('json_schema'), schema, ...common }),
  z.strictObject({
    type: z.literal('number_close'),
    value: z.number(),
    absTol: z.number().min(0).default(0),
    relTol: z.number().min(0).default(1e-6),
    ...common,
  }),
  z.strictObject({
    type: z.literal('token_f1'),
    reference: textField,
    min: z.number().min(0).max(1).default(0.5),
    ...common,
  }),
  z.strictObject({
    type: z.literal('similarity'),
    reference: textField,
    min: z.number().min(0).max(1).default(0.8),
    ...common,
  }),
  z.strictObject({ type: z.literal('max_length'), value: z.int().min(0), ...common }),
  z.strictObject({ type: z.literal('min_length'), value: z.int().min(0), ...common }),
]);

export type Check = z.output<typeof check>;
export type Criterion = z.output<typeof criterion>;
export type GivenScore = z.output<typeof score>;
export type Verdict = z.output<typeof verdict>;
export type VerdictSource = z.output<typeof source>;

const reflection = z.looseObject({
  id: z.string(),
  task: z.string(),
  reflection: z.string(),
  verdict,
  score: z.number().nullable(),
  attempt: z.number(),
  usedCount: z.number(),
  helpedCount: z.number(),
  usefulness: z.number(),
  stale: z.boolean(),
  isSameTask: z.boolean(),
  rank: z.number(),
  createdAt: z.string(),
});

const evaluation = z.looseObject({
  id: z.string(),
  task: z.string(),
  verdict,
  score: z.number().nullable(),
  pass: z.boolean().nullable(),
  source,
  checks: z.array(
    z.looseObject({
      name: z.string(),
      passed: z.boolean(),
      value: z.number().optional(),
      detail: z.string().optional(),
    }),
  ),
  scores: z.array(
    z.looseObject({
      criterion: z.string(),
      score: z.number(),
      normalized: z.number(),
      passed: z.boolean(),
      samples: z.array(z.number()).optional(),
      sd: z.number().nullable().optional(),
      reason: z.string().optional(),
    }),
  ),
  attempt: z.number(),
  previous: z
    .looseObject({ id: z.string(), score: z.number().nullable(), delta: z.number().nullable() })
    .nullable(),
  reflection: z.string().nullable(),
  pastReflections: z.array(reflection),
  duplicate: z.boolean(),
  askReflection: z.string().optional(),
  needsJudgement: z
    .looseObject({
      system: z.string(),
      user: z.string(),
      schema: z.record(z.string(), z.unknown()),
      submit: z.looseObject({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) }),
    })
    .optional(),
});

const ONLY_NEW = [
  'task',
  'expected',
  'criteria',
  'checks',
  'parentId',
  'judge',
  'promptRef',
  'metadata',
] as const;

export const reflexionEvaluate = defineTool({
  name: 'reflexion_evaluate',
  group: 'reflexion',
  title: 'Evaluate an output',
  text: 'Records how good an output is: by a verdict, by checks that are run here, or by scores per criterion. Without any of them it answers with a form for your own model; call again with evaluationId and the filled form.',
  effect: 'write',
  isIdempotent: false,
  input: z
    .strictObject({
      input: textField.optional().describe('What was asked.'),
      output: textField.optional().describe('What came out.'),
      verdict: verdict.optional(),
      reasoning: textField.optional(),
      evaluationId: z
        .uuid()
        .optional()
        .describe('Completes an earlier evaluation, instead of input and output.'),
      task: nameField.optional().describe('What attempts at the same thing have in common.'),
      expected: z.json().optional(),
      criteria: z
        .array(criterion)
        .min(1)
        .max(MAX_CRITERIA)
        .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two have the same name')
        .optional(),
      scores: z.array(score).min(1).max(MAX_CRITERIA).optional(),
      checks: z.array(check).min(1).max(MAX_CHECKS).optional(),
      reflection: textField.optional().describe('What to do differently next time; it is recalled later.'),
      parentId: z.uuid().optional().describe('The evaluation of the attempt before.'),
      judge: z.enum(['none', 'prompt']).optional(),
      source: z
        .enum(['human', 'agent'])
        .optional()
        .describe('Whose verdict it is. Default: agent where agentId is known.'),
      promptRef: nameField.optional(),
      metadata: attributesField.optional(),
      ...writeFields,
      ...callerFields,
    })
    .superRefine((value, context) => {
      const refuse = (path: string, message: string): void =>
        context.addIssue({ code: 'custom', path: [path], message });
      if (value.evaluationId === undefined) {
        if (value.input === undefined) refuse('input', 'is needed, or evaluationId');
        if (value.output === undefined) refuse('output', 'is needed, or evaluationId');
        return;
      }
      for (const name of ['input', 'output', ...ONLY_NEW] as const)
        if (value[name] !== undefined)
          refuse(name, 'belongs to a new evaluation; leave it out with evaluationId');
    }),
  output: evaluation,
  example: { input: 'Capital of France?', output: 'Paris', checks: [{ type: 'contains', value: 'Paris' }] },
  method: 'evaluateOutput',
  positional: ['input', 'output', 'verdict', 'reasoning'],
});

export const reflexionRecall = defineTool({
  name: 'reflexion_recall',
  group: 'reflexion',
  title: 'Recall reflections',
  text: 'Finds what was learnt in earlier attempts, by task or by words. Use it before a task that may have been tried before, and rate what you used with reflexion_feedback.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({
    task: nameField.optional(),
    query: z.string().max(4000).optional(),
    k: z.int().min(1).max(100).default(3),
    onlyFailures: z.boolean().default(false),
    minUsefulness: z.number().min(0).max(1).default(0),
    includeStale: z.boolean().default(false),
  }),
  output: z.looseObject({ reflections: z.array(reflection) }),
  example: { query: 'parse dates', k: 3 },
  method: 'recallReflections',
  positional: [],
});

export const reflexionFeedback = defineTool({
  name: 'reflexion_feedback',
  group: 'reflexion',
  title: 'Rate a reflection',
  text: 'Tells whether a recalled reflection helped. Reflections that do not help are recalled less, and at last no more.',
  effect: 'write',
  isIdempotent: false,
  input: z.strictObject({ id: z.uuid(), helped: z.boolean(), ...writeFields, ...callerFields }),
  output: z.looseObject({
    id: z.string(),
    usedCount: z.number(),
    helpedCount: z.number(),
    usefulness: z.number(),
    stale: z.boolean(),
    duplicate: z.boolean(),
  }),
  example: { id: '6f1f7e5e-3c1b-4a52-9b53-0d6f9c1f2a11', helped: true },
  method: 'rateReflection',
  positional: ['id', 'helped'],
});

export const reflexionAgreement = defineTool({
  name: 'reflexion_agreement',
  group: 'reflexion',
  title: 'Do two judges agree?',
  text: "Compares the newest verdicts of two sources on the same inputs and outputs: share of equal verdicts, Cohen's kappa, and rank correlation of the scores.",
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({
    first: source.exclude(['none']).default('judge'),
    second: source.exclude(['none']).default('human'),
    task: nameField.optional(),
    since: sinceField.optional(),
  }),
  output: z.looseObject({
    pairs: z.number(),
    agreement: z.number().nullable(),
    kappa: z.number().nullable(),
    spearman: z.number().nullable(),
    kendall: z.number().nullable(),
    table: z.array(z.looseObject({ first: verdict, second: verdict, count: z.number() })),
  }),
  example: { first: 'judge', second: 'human', since: '30d' },
  method: 'getAgreement',
  positional: [],
});
