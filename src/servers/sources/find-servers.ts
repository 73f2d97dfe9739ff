import { CLIENT_FILES, type ClientFiles, type ClientId } from '../../contract/mcp/client-files.ts';
import type { Places } from '../../contract/mcp/client-places.ts';
import { readLaunch } from '../definition/read-launch.ts';
import type { FoundServer, ServerSource } from '../definition/server-definition.ts';
import { readServerFile, recordAt } from './read-server-file.ts';

/** Servers that a configuration of iris names. */
export interface OwnServers {
  readonly owner: ServerSource['owner'];
  readonly file: string;
  readonly servers: Readonly<Record<string, unknown>>;
}

export interface FindOptions {
  readonly own: readonly OwnServers[];
  readonly places: Places;
}

/** A name is part of every name of a tool, and iris itself is no other server. */
const NAME = /^(?!iris$)[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/**
 * Every server that a file tells of: the project's before the user's, those of iris before those of its clients. A file
 * that cannot be read tells of none, and is among the second.
 */
export async function findServers({ own, places }: FindOptions): Promise<{
  readonly servers: readonly FoundServer[];
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
}> {
  const servers: FoundServer[] = [];
  const unreadable: { file: string; reason: string }[] = [];
  for (const owner of ['project', 'user'] as const) {
    for (const given of own.filter((one) => one.owner === owner)) {
      servers.push(...toFound(given.servers, { program: 'iris', owner, file: given.file }));
    }
    const lists = await Promise.all(CLIENT_FILES.map((client) => readClient(client, { owner, places })));
    for (const list of lists) {
      servers.push(...list.servers);
      unreadable.push(...list.unreadable);
    }
  }
  return { servers, unreadable };
}

interface ClientServers {
  readonly servers: readonly FoundServer[];
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
}

async function readClient(
  { id, format, files, path }: ClientFiles & { readonly id: ClientId },
  { owner, places }: { readonly owner: ServerSource['owner']; readonly places: Places },
): Promise<ClientServers> {
  const servers: FoundServer[] = [];
  const unreadable: { file: string; reason: string }[] = [];
  for (const file of files(places, owner)) {
    const found = await readServerFile(file, format);
    if (found.type === 'unreadable') unreadable.push({ file, reason: found.reason });
    if (found.type !== 'read') continue;
    const source = { program: id, owner, file };
    // What Claude Code keeps for one folder, it keeps in the user's file.
    const local = id === 'claude-code' ? ['projects', places.project, 'mcpServers'] : undefined;
    if (local !== undefined) servers.push(...toFound(recordAt(found.values, local), source));
    servers.push(...toFound(recordAt(found.values, path), source));
  }
  return { servers, unreadable };
}

function toFound(entries: Readonly<Record<string, unknown>>, source: ServerSource): FoundServer[] {
  return Object.entries(entries)
    .filter(([name]) => NAME.test(name))
    .map(([name, value]) => ({ name, source, ...readLaunch(value, source.program) }));
}
