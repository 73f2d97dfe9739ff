import { z } from 'zod';
import { IrisError } from '../../core/errors.ts';

const DEFAULT_TIMEOUT_S = 300;
/** A year: it keeps every date valid and is longer than any sandbox of use. */
const MAX_TIMEOUT_S = 31_536_000;

/** A name or address with or without a port; `${PORT}` may stand anywhere. */
const HOST_TEMPLATE = /^(?:[a-z0-9._:[\]-]|\$\{PORT\})+$/i;

const timeoutSeconds = z.number().min(0).max(MAX_TIMEOUT_S);
const stringMap = z.record(z.string(), z.string());

const UNSUPPORTED_RULES =
  'The embedded host cannot change what is sent (rules) or chain proxies (egressProxy)';
const MAX_ENTRIES = 1000;
const entries = z.array(z.string().min(1).max(260)).max(MAX_ENTRIES).nullish();
const outLists = {
  allowOut: entries,
  denyOut: entries,
  rules: z.unknown().optional(),
  egressProxy: z.unknown().optional(),
};

/** PUT /sandboxes/:id/network. */
export const networkBody = z
  .looseObject({ ...outLists, allow_internet_access: z.boolean().nullish() })
  .refine(({ rules, egressProxy }) => isNothing(rules) && isNothing(egressProxy), UNSUPPORTED_RULES);

/** POST /v2/sandboxes. Unknown keys are dropped: newer SDKs send more than the host needs. */
export const createBody = z.object({
  templateID: z.string().min(1).max(200),
  metadata: stringMap.nullish(),
  envVars: stringMap.nullish(),
  timeout: timeoutSeconds.default(DEFAULT_TIMEOUT_S),
  allow_internet_access: z.boolean().nullish(),
  network: z
    .looseObject({
      ...outLists,
      allowPublicTraffic: z.boolean().nullish(),
      maskRequestHost: z.string().max(255).regex(HOST_TEMPLATE).nullish(),
      httpsPorts: z.array(z.number().int().min(1).max(65_535)).max(MAX_ENTRIES).nullish(),
    })
    .nullish(),
  volumeMounts: z
    .array(z.object({ name: z.string(), path: z.string() }))
    .max(16)
    .nullish(),
  mcp: z.unknown().optional(),
  iam: z.unknown().optional(),
  autoPause: z.boolean().nullish(),
  autoPauseMemory: z.boolean().nullish(),
  autoResume: z.looseObject({ enabled: z.boolean().nullish() }).nullish(),
});

export type CreateBody = z.infer<typeof createBody>;

/** `memory: false` asks to start anew from the files alone. */
const memoryWish = z.boolean().nullish();

export const connectBody = z.object({
  timeout: timeoutSeconds.default(DEFAULT_TIMEOUT_S),
  memory: memoryWish,
});

export const resumeBody = z.object({ timeout: timeoutSeconds.default(15), memory: memoryWish });

export const pauseBody = z.object({ memory: memoryWish });

/** Names of E2B's templates, perhaps with the team before and a tag after. */
export const snapshotBody = z.object({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._/-]{0,127}(?::[a-z0-9._-]{1,64})?$/i)
    .nullish()
    .transform((name) => name ?? undefined),
});

export const snapshotsQuery = z.object({
  sandboxID: z.string().optional(),
  name: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(100),
  nextToken: z.string().optional(),
});

export const forkBody = z.object({
  timeout: timeoutSeconds.default(DEFAULT_TIMEOUT_S),
  count: z.number().int().min(1).max(100).default(1),
});

export const timeoutBody = z.object({ timeout: timeoutSeconds });

export const refreshBody = z.object({ duration: timeoutSeconds.max(3600).default(15) });

export const listQuery = z.object({
  metadata: z.string().optional(),
  state: z.array(z.enum(['running', 'paused'])),
  startedAfter: z.iso.datetime({ offset: true }).optional(),
  template: z.string().optional(),
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: z.coerce.number().int().min(1).max(100).default(100),
  nextToken: z.string().optional(),
});

export type ListQuery = z.infer<typeof listQuery>;

/** Checks what came over the wire. Throws USAGE_INVALID naming each wrong field. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new IrisError('USAGE_INVALID', issues.join('; '), { cause: result.error });
}

function isNothing(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)
  );
}
