import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const MAX_RECORD_BYTES = 4 * 1024 * 1024;
const FILE_NAME = 'record.json';

const stringMap = z.record(z.string(), z.string());

const network = z.object({
  allowInternetAccess: z.boolean(),
  allowOut: z.array(z.string()),
  denyOut: z.array(z.string()),
  allowPublicTraffic: z.boolean(),
  maskRequestHost: z.string().optional(),
  httpsPorts: z.array(z.number()).optional(),
});

const lifecycle = z.object({
  onTimeout: z.enum(['kill', 'pause']),
  keepsMemory: z.boolean(),
  autoResume: z.boolean(),
});

/** What must be known to start a sandbox anew from its home. */
const sandboxRecord = z.object({
  version: z.literal(1),
  id: z.string().regex(/^[a-z0-9]{1,64}$/),
  accessToken: z.string().min(32),
  spec: z.object({
    templateId: z.string(),
    metadata: stringMap,
    envVars: stringMap,
    timeoutMs: z.number(),
    network,
    lifecycle,
    volumes: z.array(z.object({ name: z.string(), dir: z.string(), mountPath: z.string() })).optional(),
  }),
  rung: z.enum(['bubblewrap', 'util-linux', 'landlock', 'sandbox-exec', 'none']),
  homeKind: z.enum(['folder', 'image']),
  startedAtMs: z.number(),
  endAtMs: z.number(),
  state: z.enum(['running', 'paused']),
});

export type SandboxRecord = z.infer<typeof sandboxRecord>;

/** Reads the record of a folder; undefined when there is none or an iris of another time wrote it. */
export function readSandboxRecord(folder: string): Promise<SandboxRecord | undefined> {
  return readRecord(folder, sandboxRecord);
}

/** Reads a record of this shape; undefined when it has another. */
export async function readRecord<Schema extends z.ZodType>(
  folder: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  try {
    const text = await readFile(join(folder, FILE_NAME), 'utf8');
    if (text.length > MAX_RECORD_BYTES) return undefined;
    const json: unknown = JSON.parse(text);
    return schema.safeParse(json).data;
  } catch {
    return undefined;
  }
}

/** Writes a record as a whole or not at all. It holds a secret, so it is its user's alone. */
export async function writeRecord(folder: string, record: object): Promise<void> {
  const file = join(folder, FILE_NAME);
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, JSON.stringify(record), { mode: 0o600, flag: 'wx' });
  await rename(draft, file);
}
