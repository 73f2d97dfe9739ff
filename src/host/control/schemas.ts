import { z } from 'zod';
import { IrisError } from '../../core/errors.ts';

const DEFAULT_TIMEOUT_S = 300;
/** A year: it keeps every date valid and is longer than any sandbox of use. */
const MAX_TIMEOUT_S = 31_536_000;

const timeoutSeconds = z.number().min(0).max(MAX_TIMEOUT_S);
const stringMap = z.record(z.string(), z.string());

/** POST /v2/sandboxes. Unknown keys are dropped: newer SDKs send more than the host needs. */
export const createBody = z.object({
  templateID: z.string().min(1).max(200),
  metadata: stringMap.nullish(),
  envVars: stringMap.nullish(),
  timeout: timeoutSeconds.default(DEFAULT_TIMEOUT_S),
  allow_internet_access: z.boolean().nullish(),
  network: z
    .looseObject({ allowOut: z.array(z.string()).nullish(), denyOut: z.array(z.string()).nullish() })
    .nullish(),
  volumeMounts: z
    .array(z.object({ name: z.string(), path: z.string() }))
    .max(16)
    .nullish(),
  mcp: z.unknown().optional(),
  iam: z.unknown().optional(),
  autoPause: z.boolean().nullish(),
  autoResume: z.looseObject({ enabled: z.boolean().nullish() }).nullish(),
});

export type CreateBody = z.infer<typeof createBody>;

export const connectBody = z.object({ timeout: timeoutSeconds.default(DEFAULT_TIMEOUT_S) });

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
