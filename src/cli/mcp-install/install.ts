import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Scope } from '../../contract/mcp/client-files.ts';
import { placesOf, type Machine } from '../../contract/mcp/client-places.ts';
import { IrisError } from '../../core/errors.ts';
import { entryAt, putIntoJson, takeFromJson } from './edit-json.ts';
import { hasTable, putIntoToml, takeFromToml } from './edit-toml.ts';
import { findProgram } from './find-program.ts';
import { SERVER_NAME, type Launch, type McpClient, type OwnCommand } from './mcp-client.ts';
import { backUp, readSettings, writeSettings } from './settings-file.ts';

/** What was done, or would be. */
export type Change =
  | { readonly type: 'unchanged'; readonly file: string }
  | {
      readonly type: 'file';
      readonly file: string;
      readonly before: string;
      readonly after: string;
      readonly backup?: string | undefined;
    }
  | {
      readonly type: 'command';
      readonly words: readonly string[];
      readonly backup?: string | undefined;
    };

export interface Wish {
  readonly client: McpClient;
  readonly scope: Scope;
  /** What to start; undefined takes the server out. */
  readonly launch: Launch | undefined;
  readonly isDryRun: boolean;
}

/**
 * Tells a client of the server, or that it is gone: by the client's own command where there is one, else in its file.
 * Throws USAGE_INVALID for a scope that it does not have, and FILE_UNREADABLE for a file that cannot be followed.
 */
export async function changeClient(wish: Wish, machine: Machine): Promise<Change> {
  const { client, scope, isDryRun } = wish;
  const program = client.own && findProgram(client.own.program, machine.env, machine.platform);
  const file = fileOf(client, scope, machine);
  const change = await planEdit(wish, file);
  if (change.type === 'unchanged') return change;
  if (client.own !== undefined && program !== undefined)
    return await byCommand(wish, client.own, { program, before: change, machine });
  return isDryRun ? change : { ...change, backup: await writeSettings(file, change.after) };
}

/** A client on this machine, and whether it knows of the server. */
export interface FoundClient {
  readonly client: McpClient;
  readonly file: string;
  readonly state: 'installed' | 'not installed' | 'unreadable';
}

/** The clients that are on this machine, by their programs or their folders. */
export async function findClients(clients: readonly McpClient[], machine: Machine): Promise<FoundClient[]> {
  const found = clients.flatMap((client) => {
    const file = fileOf(client, 'user', machine);
    const hasProgram = client.own && findProgram(client.own.program, machine.env, machine.platform);
    // The folder of every user tells nothing.
    const hasFolder = dirname(file) === machine.home ? existsSync(file) : existsSync(dirname(file));
    return hasProgram !== undefined || hasFolder ? [{ client, file }] : [];
  });
  return await Promise.all(found.map(async (each) => ({ ...each, state: await stateOf(each) })));
}

async function stateOf({ client, file }: Omit<FoundClient, 'state'>): Promise<FoundClient['state']> {
  try {
    return isInstalled(client, await readSettings(file)) ? 'installed' : 'not installed';
  } catch {
    return 'unreadable';
  }
}

function isInstalled({ format, path }: McpClient, text: string): boolean {
  const place = [...path, SERVER_NAME];
  return format === 'json' ? entryAt(text, place) !== undefined : hasTable(text, place);
}

function fileOf(client: McpClient, scope: Scope, machine: Machine): string {
  const files = client.files(placesOf(machine), scope);
  const file = files.find((name) => existsSync(name)) ?? files[0];
  if (file !== undefined) return file;
  throw new IrisError('USAGE_INVALID', `${client.name} has no settings for one project`, {
    hint: 'Leave out --scope project.',
  });
}

type Edit = Extract<Change, { type: 'file' | 'unchanged' }>;

async function planEdit({ client, launch }: Wish, file: string): Promise<Edit> {
  const before = await readSettings(file);
  const path = [...client.path, SERVER_NAME];
  const [put, take] = client.format === 'json' ? [putIntoJson, takeFromJson] : [putIntoToml, takeFromToml];
  const after = named(file, () =>
    launch === undefined ? take(before, path) : put(before, path, client.entry(launch)),
  );
  return after === before ? { type: 'unchanged', file } : { type: 'file', file, before, after };
}

/** Says which file it is about. */
function named<Value>(file: string, work: () => Value): Value {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof IrisError)) throw thrown;
    const { code, message, hint } = thrown;
    throw new IrisError(code, `${file}: ${message}`, hint === undefined ? {} : { hint });
  }
}

interface OwnChange {
  readonly program: string;
  readonly before: Extract<Change, { type: 'file' }>;
  readonly machine: Machine;
}

async function byCommand(
  { client, scope, launch, isDryRun }: Wish,
  own: OwnCommand,
  { program, before: { file, before }, machine }: OwnChange,
): Promise<Change> {
  const remove = own.remove(SERVER_NAME, scope);
  const words = launch === undefined ? remove : own.add(SERVER_NAME, launch, scope);
  const change = { type: 'command', words: [own.program, ...words] } as const;
  if (isDryRun) return change;
  const isThere = isInstalled(client, before);
  const backup = isThere ? await backUp(file) : undefined;
  // Some refuse a name that they have already.
  if (launch !== undefined && isThere) await run(program, remove, machine);
  await run(program, words, machine);
  return { ...change, backup };
}

function run(program: string, words: readonly string[], { env, cwd }: Machine): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, [...words], { env: { ...env }, cwd }, (error, stdout, stderr) => {
      if (error === null) return resolve();
      const said = `${stderr}${stdout}`.trim().split('\n').at(-1) ?? '';
      reject(
        new IrisError('OUTPUT_UNWRITABLE', `${program} ${words.slice(0, 2).join(' ')} failed: ${said}`, {
          hint: `Run it yourself: ${program} ${words.join(' ')}`,
          cause: error,
        }),
      );
    });
  });
}
