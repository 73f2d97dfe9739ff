import type { z } from 'zod';
import { IrisError } from '../core/errors.ts';

/** Checks what came over the socket. Throws USAGE_INVALID naming the first wrong field. */
export function parseParams<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new IrisError(
    'USAGE_INVALID',
    `Malformed request: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}
