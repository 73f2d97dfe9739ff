import { IrisError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';
import type { FoundServer, ServerDefinition } from '../definition/server-definition.ts';

/** Which servers a run may use, and who said so. */
export interface ServerGrant {
  /** `github`, or `cursor:github` for the one that Cursor's file tells of. */
  readonly words: readonly string[];
  readonly by: 'user' | 'project';
  /** Where the words stand: `--mcp`, `IRIS_MCP` or `/x/.irisrc:3`. */
  readonly origin: string;
}

export interface ChooseOptions {
  readonly grant: ServerGrant;
  readonly found: readonly FoundServer[];
  /** Whether the user let this project start that server. */
  readonly isAllowed: (server: ServerDefinition) => Promise<boolean>;
}

/**
 * Finds the servers that a run may use. What a project says, which comes with the code, has to be allowed by the user:
 * a server that its files tell of, and one of the user's that it reaches for.
 * Throws USAGE_INVALID or CONFIG_INVALID for a word that names none, and IRIS_FORBIDDEN.
 */
export async function chooseServers({ grant, found, isAllowed }: ChooseOptions): Promise<ServerDefinition[]> {
  const chosen = new Map<string, ServerDefinition>();
  for (const word of grant.words) {
    const server = findServer(word, found, grant);
    const isProjects = server.source.owner === 'project' || grant.by === 'project';
    if (isProjects && !(await isAllowed(server))) throw notAllowed(server, grant);
    chosen.set(server.name, server);
  }
  return [...chosen.values()];
}

/** The first server that a word names. Throws as `chooseServers` does. */
export function findServer(
  word: string,
  found: readonly FoundServer[],
  { origin }: Pick<ServerGrant, 'origin'>,
): ServerDefinition {
  const server = found.find((one) => word === one.name || word === `${one.source.program}:${one.name}`);
  const code = origin.startsWith('--') || origin === '' ? 'USAGE_INVALID' : 'CONFIG_INVALID';
  const prefix = origin === '' ? '' : `${origin}: `;
  if (server === undefined) {
    const near = suggest(word, [...new Set(found.map(({ name }) => name))]);
    throw new IrisError(code, `${prefix}There is no MCP server ${word}`, {
      hint: near === undefined ? 'List those that there are: iris mcp ls' : `Did you mean ${near}?`,
    });
  }
  if (server.type === 'usable') return server;
  throw new IrisError(code, `${prefix}The MCP server ${word} cannot be used: ${server.reason}`, {
    hint: `Change it in ${server.source.file}, or tell iris of it under mcpServers in .irisrc.`,
  });
}

function notAllowed({ name, source }: ServerDefinition, { origin }: ServerGrant): IrisError {
  const message =
    source.owner === 'project'
      ? `The MCP server ${name} is the project's own, and you have not allowed it: ${source.file}`
      : `The project asks for your MCP server ${name}, and you have not allowed it: ${origin}`;
  return new IrisError('IRIS_FORBIDDEN', message, {
    hint: `See what it starts with: iris mcp ls. Then: iris mcp allow ${name}`,
  });
}
