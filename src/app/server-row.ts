import type { ServerRow } from '../contract/daemon-wire.ts';
import type { FoundServer, ServerDefinition } from '../servers/definition/server-definition.ts';
import type { ServerGrant } from '../servers/sources/choose-servers.ts';

/** What is told of a server, and whether runs of the project could use it. */
export function toServerRow(
  server: FoundServer,
  { isAllowed, granted }: { readonly isAllowed: boolean; readonly granted: ServerGrant },
): ServerRow {
  const { name, source } = server;
  const isGranted = granted.words.some((word) => word === name || word === `${source.program}:${name}`);
  const isProjects = source.owner === 'project' || (isGranted && granted.by === 'project');
  const state = server.type === 'unusable' ? 'unusable' : isProjects && !isAllowed ? 'needs allow' : 'ready';
  return {
    name,
    ...source,
    state,
    starts: server.type === 'usable' ? startOf(server) : server.reason,
    isGranted,
  };
}

/** What a server is started by, with the names of variables and not their values. */
function startOf({ launch }: ServerDefinition): string {
  return launch.type === 'stdio' ? [launch.command, ...launch.args].join(' ') : launch.url;
}
