import { z } from 'zod';
import { readJson } from '../../http/read-json.ts';
import { failure, type Reply } from '../../http/reply.ts';
import { MAX_BODY_BYTES, type ControlCall, type ControlContext } from '../handler.ts';
import { parseInput } from '../schemas.ts';

const MAX_METADATA_BYTES = 8192;

const metadata = z
  .record(z.string().min(1).max(128), z.string().max(1024))
  .refine((pairs) => Object.keys(pairs).length <= 32, 'at most 32 entries')
  .refine((pairs) => Buffer.byteLength(JSON.stringify(pairs)) <= MAX_METADATA_BYTES, 'at most 8192 bytes')
  .optional();
const secretUpdate = z.object({ value: z.string().min(1).max(65_536), metadata });
const newSecret = secretUpdate.extend({
  name: z
    .string()
    .toLowerCase()
    .regex(/^[a-z0-9_][a-z0-9_.-]{0,127}$/, 'a name is 1 to 128 letters, digits, "_", "-" and "."')
    .refine((name) => !name.startsWith('sec_'), 'the prefix sec_ is reserved'),
});
const secretsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(100),
  nextToken: z.string().default(''),
});

/** POST /secrets */
export async function createSecret(context: ControlContext, call: ControlCall): Promise<Reply> {
  const { name, ...content } = parseInput(newSecret, await readJson(call.request, MAX_BODY_BYTES));
  const secret = await context.secrets.create(name, content);
  return secret ? { status: 201, body: secret } : failure(409, `Secret '${name}' already exists`);
}

/** GET /secrets: one page, by name. */
export async function listSecrets(context: ControlContext, call: ControlCall): Promise<Reply> {
  const { limit, nextToken } = parseInput(secretsQuery, Object.fromEntries(call.query));
  const last = Buffer.from(nextToken, 'base64url').toString();
  const rest = (await context.secrets.list()).filter(({ name }) => name > last);
  const page = rest.slice(0, limit);
  const end = page.at(-1)?.name ?? '';
  const headers: Record<string, string> =
    rest.length > page.length ? { 'x-next-token': Buffer.from(end).toString('base64url') } : {};
  return { status: 200, body: page, headers };
}

/** GET /secrets/:id */
export async function showSecret(context: ControlContext, call: ControlCall): Promise<Reply> {
  const secret = await context.secrets.find(call.params['id'] ?? '');
  return secret ? { status: 200, body: secret } : notFound(call);
}

/** POST /secrets/:id */
export async function updateSecret(context: ControlContext, call: ControlCall): Promise<Reply> {
  const content = parseInput(secretUpdate, await readJson(call.request, MAX_BODY_BYTES));
  const secret = await context.secrets.update(call.params['id'] ?? '', content);
  return secret ? { status: 200, body: secret } : notFound(call);
}

/** DELETE /secrets/:id */
export async function deleteSecret(context: ControlContext, call: ControlCall): Promise<Reply> {
  return (await context.secrets.remove(call.params['id'] ?? '')) ? { status: 204 } : notFound(call);
}

function notFound(call: ControlCall): Reply {
  return failure(404, `Secret '${call.params['id'] ?? ''}' not found`);
}
