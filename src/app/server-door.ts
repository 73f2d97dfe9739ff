import { homedir } from 'node:os';
import { placesOf } from '../contract/mcp/client-places.ts';
import type { CallerContext, ServerRow, ServerToolRow } from '../contract/daemon-wire.ts';
import type { LoadedConfig } from '../config/load.ts';
import { IrisError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { FoundServer } from '../servers/definition/server-definition.ts';
import type { GrantedServers } from '../servers/grant/granted-servers.ts';
import type { ServerGrant } from '../servers/sources/choose-servers.ts';
import { toServerRow } from './server-row.ts';

export interface ServerDoorOptions {
  readonly stateDir: string;
  readonly logger: Logger;
  readonly load: (caller: CallerContext) => Promise<LoadedConfig>;
}

/** Asks whoever called for variables of theirs. */
export type ReadEnv = (names: readonly string[]) => Promise<Readonly<Record<string, string>>>;

/** Other MCP servers, as the daemon offers them. */
export interface ServerDoor extends AsyncDisposable {
  /** The servers that a run may use; undefined for none. Throws as `chooseServers` does. */
  grant(loaded: LoadedConfig, caller: CallerContext, readEnv: ReadEnv): Promise<GrantedServers | undefined>;
  /** Every server that a file tells of. */
  list(caller: CallerContext): Promise<readonly ServerRow[]>;
  /** Lets the project use servers, or no longer. Throws USAGE_INVALID. */
  allow(caller: CallerContext, names: readonly string[], isTakenBack: boolean): Promise<readonly ServerRow[]>;
  /** The tools of servers; without names, of those that the configuration grants. */
  tools(caller: CallerContext, names: readonly string[], readEnv: ReadEnv): Promise<readonly ServerToolRow[]>;
}

/** What a process of a server said last, for whoever looks for the reason why it does not start. */
const MAX_STDERR_CHARS = 2_000;

/** Wires the door; everything about servers is loaded with the first question. */
export function openServerDoor({ stateDir, logger, load }: ServerDoorOptions): ServerDoor {
  const parts = once(() => loadParts(stateDir, logger));

  const granted = async (
    grant: ServerGrant,
    loaded: LoadedConfig,
    { caller, readEnv, onStderr }: GrantContext,
  ): Promise<GrantedServers> => {
    const { chooseServers, consents, Granted, shared } = await parts();
    const { projectDir } = loaded;
    const { servers: found } = await find(loaded, caller);
    const servers = await chooseServers({
      grant,
      found,
      isAllowed: (server) => consents.has(projectDir, server),
    });
    return new Granted({ ...shared, servers, projectDir, readEnv, onStderr });
  };

  const find = async (loaded: LoadedConfig, { env }: CallerContext) => {
    const { findServers } = await parts();
    const { platform } = process;
    const places = placesOf({ platform, env, home: env['HOME'] ?? homedir(), cwd: loaded.projectDir });
    return await findServers({ own: loaded.servers.own, places });
  };

  const toRows = async (found: readonly FoundServer[], { projectDir, servers }: LoadedConfig) => {
    const { consents } = await parts();
    return await Promise.all(
      found.map(async (server): Promise<ServerRow> => {
        const isAllowed = server.type === 'usable' && (await consents.has(projectDir, server));
        return toServerRow(server, { isAllowed, granted: servers.granted });
      }),
    );
  };

  return {
    grant: async (loaded, caller, readEnv) => {
      const { granted: grant } = loaded.servers;
      return grant.words.length === 0 ? undefined : await granted(grant, loaded, { caller, readEnv });
    },
    list: async (caller) => {
      const loaded = await load(caller);
      const { servers, unreadable } = await find(loaded, caller);
      for (const one of unreadable) logger('server.file-unreadable', one);
      return await toRows(servers, loaded);
    },
    allow: async (caller, names, isTakenBack) => {
      const loaded = await load(caller);
      const { findServer, consents } = await parts();
      const { servers: found } = await find(loaded, caller);
      const chosen = names.map((name) => findServer(name, found, { origin: '' }));
      for (const server of chosen) {
        if (isTakenBack) await consents.remove(loaded.projectDir, server);
        else await consents.add(loaded.projectDir, server);
      }
      return await toRows(chosen, loaded);
    },
    tools: async (caller, names, readEnv) => {
      const loaded = await load(caller);
      const words = { words: names, by: 'user', origin: '' } as const;
      const grant = names.length === 0 ? loaded.servers.granted : words;
      if (grant.words.length === 0) throw nothingGranted();
      let said = '';
      const onStderr = (text: string): void => {
        said = `${said}${text}`.slice(-MAX_STDERR_CHARS);
      };
      const servers = await granted(grant, loaded, { caller, readEnv, onStderr });
      try {
        const lists = await Promise.all(servers.names.map((name) => servers.list(name)));
        return lists.flat();
      } catch (thrown) {
        throw withWords(thrown, said);
      }
    },
    [Symbol.asyncDispose]: async () => {
      const opened = await parts.opened();
      await opened?.shared.pool[Symbol.asyncDispose]();
      await opened?.shared.observations[Symbol.asyncDispose]();
    },
  };
}

interface GrantContext {
  readonly caller: CallerContext;
  readonly readEnv: ReadEnv;
  readonly onStderr?: (text: string) => void;
}

async function loadParts(stateDir: string, logger: Logger) {
  const [{ chooseServers, findServer }, { findServers }, { Consents }, { GrantedServers: Granted }, shared] =
    await Promise.all([
      import('../servers/sources/choose-servers.ts'),
      import('../servers/sources/find-servers.ts'),
      import('../servers/consent/consents.ts'),
      import('../servers/grant/granted-servers.ts'),
      openShared(stateDir, logger),
    ]);
  const consents = new Consents(`${stateDir}/mcp-consents.json`);
  return { chooseServers, findServer, findServers, consents, Granted, shared };
}

/** What the runs of one daemon have in common. */
async function openShared(stateDir: string, logger: Logger) {
  const [{ ServerPool }, { Observations }] = await Promise.all([
    import('../servers/connection/server-pool.ts'),
    import('../servers/shape/observations.ts'),
  ]);
  return {
    pool: new ServerPool({ logger }),
    observations: new Observations(`${stateDir}/mcp-shapes`),
  };
}

function once<Value>(make: () => Promise<Value>) {
  let made: Promise<Value> | undefined;
  return Object.assign(() => (made ??= make()), { opened: () => Promise.resolve(made) });
}

function nothingGranted(): IrisError {
  return new IrisError('USAGE_INVALID', 'There is no MCP server to write types of', {
    hint: 'Name some: iris types github. Those that there are: iris mcp ls',
  });
}

/** Whoever asks at a terminal may see what a server says of itself; a script in a sandbox may not. */
function withWords(thrown: unknown, said: string): unknown {
  if (!(thrown instanceof IrisError) || said.trim() === '') return thrown;
  return new IrisError(thrown.code, thrown.message, { hint: `It says: ${said.trim()}`, cause: thrown });
}
