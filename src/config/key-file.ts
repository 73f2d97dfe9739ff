import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { errnoOf, IrisError } from '../core/errors.ts';
import { userConfigDir } from './places.ts';
import type { ConfigEnv } from './word-layer.ts';

/** The variables that iris can keep a value for. */
export const KEPT_NAMES = ['E2B_API_KEY', 'DATABASE_URL', 'SUPABASE_SECRET_KEY'] as const;

export type KeptName = (typeof KEPT_NAMES)[number];

const entry = z.discriminatedUnion('keptIn', [
  z.strictObject({
    name: z.enum(KEPT_NAMES),
    at: z.string().max(2000),
    keptIn: z.literal('file'),
    value: z.string().min(1).max(8192),
  }),
  z.strictObject({
    name: z.enum(KEPT_NAMES),
    at: z.string().max(2000),
    keptIn: z.literal('keychain'),
    mark: z.string().max(64),
  }),
]);

/**
 * One value that was kept, for the service at an address and no other; none where the value is an address itself. A value
 * in the keychain has a mark here, which is another one after each change.
 */
export type KeyEntry = z.infer<typeof entry>;

const keyFile = z.strictObject({ version: z.literal(1), keys: z.array(entry).max(100) });

const MAX_BYTES = 1024 * 1024;
/** What the rest of the world may not do with the file, and with its folder. */
const OTHERS_ANY = 0o077;
const OTHERS_WRITE = 0o022;

/** Where a user's kept keys are, or what leads to them. */
export function keyFilePath(env: ConfigEnv, homeDir: string): string {
  return join(userConfigDir(env, homeDir), 'auth', 'keys.json');
}

/** What is kept; nothing where there is no file. Throws FILE_UNREADABLE for one that others can read or change. */
export async function readKeyFile(file: string): Promise<readonly KeyEntry[]> {
  const text = await readPrivate(file);
  if (text === undefined) return [];
  try {
    return keyFile.parse(JSON.parse(text)).keys;
  } catch {
    // What is wrong with it could only be told by quoting it.
    throw new IrisError('FILE_UNREADABLE', `${file} is damaged`, {
      hint: 'Remove it, then keep the key again: iris auth login',
    });
  }
}

/** Replaces what is kept, as a whole; with nothing to keep the file goes. Throws OUTPUT_UNWRITABLE. */
export async function writeKeyFile(file: string, keys: readonly KeyEntry[]): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    if (keys.length === 0) return await rm(file, { force: true });
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const text = `${JSON.stringify({ version: 1, keys }, undefined, 2)}\n`;
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true });
    throw new IrisError('OUTPUT_UNWRITABLE', `Cannot write ${file}: ${errnoOf(cause) ?? String(cause)}`, {
      hint: 'Make its folder writable for you.',
      cause,
    });
  }
}

async function readPrivate(file: string): Promise<string | undefined> {
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const facts = await handle.stat();
    if (!facts.isFile() || facts.size > MAX_BYTES) throw unreadable(file, 'is no file of iris');
    await refuseShared(file, facts);
    return await handle.readFile('utf8');
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT' || errnoOf(thrown) === 'ENOTDIR') return undefined;
    if (thrown instanceof IrisError) throw thrown;
    throw unreadable(file, `cannot be read: ${errnoOf(thrown) ?? 'for no known reason'}`);
  }
}

/** Windows keeps a home to its user by other means than these. */
async function refuseShared(file: string, facts: { mode: number; uid: number }): Promise<void> {
  if (process.platform === 'win32') return;
  const uid = process.getuid?.() ?? facts.uid;
  if (facts.uid !== uid) throw unreadable(file, 'belongs to another user');
  if ((facts.mode & OTHERS_ANY) !== 0)
    throw unreadable(
      file,
      'can be read by others',
      `chmod 600 ${file}, and make a new key if it may have been read.`,
    );
  const folder = dirname(file);
  if (((await stat(folder)).mode & OTHERS_WRITE) !== 0)
    throw unreadable(folder, 'can be changed by others', `chmod 700 ${folder}`);
}

function unreadable(file: string, what: string, hint = 'Remove it, then: iris auth login'): IrisError {
  return new IrisError('FILE_UNREADABLE', `${file} ${what}`, { hint });
}
