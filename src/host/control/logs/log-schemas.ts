import { z } from 'zod';

const DEFAULT_LIMIT = 1000;
const milliseconds = z.coerce.number().min(0).max(8.64e15);
const limit = z.coerce.number().int().min(0).max(DEFAULT_LIMIT).default(DEFAULT_LIMIT);

export const logsQuery = z.object({ start: milliseconds.optional(), limit });

export const logsV2Query = z.object({
  cursor: milliseconds.optional(),
  limit,
  direction: z.enum(['forward', 'backward']).default('forward'),
  level: z.enum(['debug', 'info', 'warn', 'error']).default('debug'),
  search: z.string().max(256).optional(),
});
