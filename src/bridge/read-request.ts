import { z } from 'zod';
import { IrisError } from '../core/errors.ts';
import { BRIDGE_VERSION, type BridgeRequest } from './wire.ts';

const MAX_DEPTH = 64;
/** Copied without care, it would change what an object is. */
const RESERVED_KEY = '__proto__';

const id = z.string().min(1).max(100);
const request = z.discriminatedUnion('method', [
  z.strictObject({
    method: z.literal('hello'),
    params: z.strictObject({ version: z.literal(BRIDGE_VERSION), token: z.string().max(200) }),
  }),
  z.strictObject({
    id,
    method: z.literal('tools/call'),
    params: z.strictObject({
      name: z.string().min(1).max(200),
      arguments: z.unknown(),
      traceparent: z.string().max(100).optional(),
    }),
  }),
  z.strictObject({ id, method: z.literal('tools/list') }),
  z.strictObject({
    id,
    method: z.literal('tools/search'),
    params: z.strictObject({ query: z.string().max(500) }),
  }),
  z.strictObject({
    id,
    method: z.literal('tools/describe'),
    params: z.strictObject({ name: z.string().max(200) }),
  }),
  z.strictObject({ method: z.literal('cancel'), params: z.strictObject({ id }) }),
]);

/** Reads one line of a script. Throws USAGE_INVALID, with the id in its details where there is one. */
export function readRequest(line: Buffer): BridgeRequest {
  const value = parse(line);
  const fault = faultIn(value);
  if (fault !== undefined) throw refused(fault, value);
  const parsed = request.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw refused(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a request'}`, value);
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch (cause) {
    throw new IrisError('USAGE_INVALID', 'The bridge got a line that is not JSON', { cause });
  }
}

/** Walks without recursion, for the depth is the sender's to choose. */
function faultIn(value: unknown): string | undefined {
  let level = [value].filter(isObject);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return `it is nested more than ${MAX_DEPTH} deep`;
    if (level.some((item) => Object.hasOwn(item, RESERVED_KEY)))
      return `the key ${RESERVED_KEY} is not allowed`;
    level = level.flatMap((item) => Object.values(item).filter(isObject));
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function refused(reason: string, value: unknown): IrisError {
  const known = z.looseObject({ id }).safeParse(value);
  return new IrisError('USAGE_INVALID', `The bridge refused a request: ${reason}`, {
    details: known.success ? { id: known.data.id } : {},
  });
}
