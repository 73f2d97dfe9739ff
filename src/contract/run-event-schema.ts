import { z } from 'zod';
import { ERROR_CODES, isErrorCode } from '../core/error-codes.ts';

const version = z.literal(1);
const encoding = z
  .enum(['utf8', 'base64'])
  .describe('base64 where the bytes are no whole characters of UTF-8');

const sandbox = z.object({
  id: z.string(),
  name: z.string(),
  provider: z.enum(['embedded', 'e2b']),
  isolation: z.string(),
});

const error = z.object({
  code: z.enum(Object.keys(ERROR_CODES).filter(isErrorCode)),
  category: z.string().optional(),
  message: z.string().describe('what happened'),
  hint: z.string().optional().describe('what to do next'),
  retryable: z.boolean().describe('whether the same again may succeed'),
  runId: z.string().optional().describe('the run that failed, where it had begun'),
  details: z.record(z.string(), z.unknown()).optional(),
});

/** What a command with `--json` prints on standard output when it fails. */
const errorOutput = z.object({ error });

/** One line of `iris run --json`. New fields and types may come; `v` grows when one changes its meaning. */
export const runEventLine = z.discriminatedUnion('type', [
  z.object({ v: version, type: z.literal('phase'), phase: z.string().optional(), text: z.string() }),
  z.object({ v: version, type: z.literal('notice'), text: z.string(), hint: z.string().optional() }),
  z.object({ v: version, type: z.literal('started'), runId: z.string(), sandbox, pid: z.int() }),
  z.object({ v: version, type: z.literal('stdout'), data: z.string(), encoding }),
  z.object({ v: version, type: z.literal('stderr'), data: z.string(), encoding }),
  z.object({ v: version, type: z.literal('error'), error }),
  z.object({
    v: version,
    type: z.literal('exit').describe('the last line'),
    origin: z.enum(['script', 'iris']).describe('whose exit code it is'),
    code: z.int(),
    signal: z.string().optional(),
    runId: z.string().optional(),
    timingsMs: z.record(z.string(), z.number()).optional(),
    costEstimateUsd: z.number().optional(),
    pulled: z
      .object({ to: z.string(), files: z.int(), bytes: z.int(), paths: z.array(z.string()) })
      .optional()
      .describe('what --pull brought back'),
  }),
]);

/** The same as JSON Schemas, for programs that read them. */
export function outputSchemas(): { readonly runEvent: unknown; readonly error: unknown } {
  return { runEvent: z.toJSONSchema(runEventLine), error: z.toJSONSchema(errorOutput) };
}
