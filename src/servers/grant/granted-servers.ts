import { toIdentifier } from '../../contract/mcp/tool-identifier.ts';
import { IrisError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';
import { callError } from '../answer/server-error.ts';
import type { ConnectOptions, ServerConnection } from '../connection/connect.ts';
import type { ServerPool } from '../connection/server-pool.ts';
import type { ServerTool } from '../connection/server-tool.ts';
import { expandLaunch, variablesOf } from '../definition/expand-launch.ts';
import type { ServerDefinition } from '../definition/server-definition.ts';
import type { Observations } from '../shape/observations.ts';

export interface GrantedServersOptions {
  readonly servers: readonly ServerDefinition[];
  readonly pool: ServerPool;
  readonly observations: Observations;
  readonly projectDir: string;
  /** Asks for variables of the user. */
  readonly readEnv: (names: readonly string[]) => Promise<Readonly<Record<string, string>>>;
  /** Takes what the processes of servers say beside the protocol. */
  readonly onStderr?: ((text: string) => void) | undefined;
}

/** A tool of a granted server, under the name that scripts call it by. */
export interface GrantedTool extends ServerTool {
  /** `github.create_issue` */
  readonly fullName: string;
  readonly server: string;
  /** What calls have answered so far, as a JSON Schema, where the server does not say. */
  readonly observed: unknown;
}

export interface GrantedCall {
  readonly input: unknown;
  readonly signal: AbortSignal;
  readonly traceparent?: string | undefined;
}

/** The tools of other MCP servers that one run may call; a server starts with the first call that needs it. */
export class GrantedServers {
  readonly #options: GrantedServersOptions;
  readonly #byName: ReadonlyMap<string, ServerDefinition>;
  readonly #connects = new Map<string, Promise<ConnectOptions>>();

  constructor(options: GrantedServersOptions) {
    this.#options = options;
    this.#byName = new Map(options.servers.map((server) => [server.name, server]));
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  /** Asks now for the variables that the servers need; one that is not set is told with the first call. */
  async readVariables(): Promise<void> {
    await Promise.allSettled([...this.#byName.values()].map((server) => this.#connecting(server)));
  }

  /** Tells whether a name is that of a tool of a granted server, there or not. */
  owns(name: string): boolean {
    return this.#split(name) !== undefined;
  }

  /** The tool of this name, by its own spelling or as code writes it. Throws IRIS_NOT_FOUND and what starting its server throws. */
  async find(name: string): Promise<GrantedTool> {
    const { server, tool } = this.#split(name) ?? { server: undefined, tool: name };
    if (server === undefined) throw unknownTool(name, []);
    const found = await this.#use(server, (connection) => findTool(connection, tool, name));
    return await this.#granted(server, found);
  }

  /** The name of a tool as its server spells it; as it was given where there is none. */
  async spell(name: string): Promise<string> {
    try {
      return (await this.find(name)).fullName;
    } catch {
      return name;
    }
  }

  /** Calls a tool. Throws TOOL_FAILED, IRIS_INVALID_ARGUMENT, IRIS_UNAVAILABLE or CANCELLED. */
  async call(tool: GrantedTool, { input, signal, traceparent }: GrantedCall): Promise<unknown> {
    const server = this.#byName.get(tool.server);
    if (server === undefined) throw unknownTool(tool.fullName, []);
    signal.throwIfAborted();
    return await this.#use(server, async (connection) => {
      try {
        const answer = await connection.call(tool, input, { signal, traceparent });
        if (tool.output === undefined) this.#options.observations.add(server, tool.name, answer);
        return answer;
      } catch (thrown) {
        if (signal.aborted)
          throw new IrisError('CANCELLED', `The call of ${tool.fullName} was cancelled`, { cause: thrown });
        throw withParameters(callError(tool.fullName, thrown), tool);
      }
    });
  }

  /** Every tool of every granted server that can be reached, or of one. Throws what starting that one throws. */
  async list(only?: string): Promise<readonly GrantedTool[]> {
    const servers = [...this.#byName.values()].filter(({ name }) => only === undefined || name === only);
    const lists = await Promise.all(
      servers.map(async (server) => {
        try {
          const tools = await this.#use(server, (connection) => connection.tools());
          return await Promise.all(tools.map((tool) => this.#granted(server, tool)));
        } catch (thrown) {
          if (only !== undefined) throw thrown;
          return [];
        }
      }),
    );
    return lists.flat();
  }

  async #granted(server: ServerDefinition, tool: ServerTool): Promise<GrantedTool> {
    const observed =
      tool.output === undefined ? await this.#options.observations.schemaOf(server, tool.name) : undefined;
    return { ...tool, server: server.name, fullName: `${server.name}.${tool.name}`, observed };
  }

  async #use<Result>(
    server: ServerDefinition,
    work: (connection: ServerConnection) => Promise<Result>,
  ): Promise<Result> {
    return await this.#options.pool.use(await this.#connecting(server), work);
  }

  #connecting(server: ServerDefinition): Promise<ConnectOptions> {
    const known = this.#connects.get(server.name);
    if (known !== undefined) return known;
    const connecting = this.#toConnect(server);
    connecting.catch(() => this.#connects.delete(server.name));
    this.#connects.set(server.name, connecting);
    return connecting;
  }

  async #toConnect(server: ServerDefinition): Promise<ConnectOptions> {
    const { readEnv, projectDir, onStderr } = this.#options;
    const { INHERITED_ENV } = await import('../connection/inherited-env.ts');
    const env = await readEnv([...new Set([...INHERITED_ENV, ...variablesOf(server.launch)])]);
    const launch = expandLaunch(server, { env, projectDir });
    const inherited = Object.fromEntries(
      Object.entries(env).filter(([name]) => INHERITED_ENV.includes(name)),
    );
    return { name: server.name, launch, projectDir, env: inherited, onStderr };
  }

  /** A name of a server may have dots, too: the longest that fits is meant. */
  #split(name: string): { readonly server: ServerDefinition; readonly tool: string } | undefined {
    for (let at = name.lastIndexOf('.'); at > 0; at = name.lastIndexOf('.', at - 1)) {
      const server = this.#byName.get(name.slice(0, at));
      if (server !== undefined) return { server, tool: name.slice(at + 1) };
    }
    return undefined;
  }
}

async function findTool(connection: ServerConnection, tool: string, name: string): Promise<ServerTool> {
  const tools = await connection.tools();
  const found =
    tools.find((one) => one.name === tool) ?? tools.find((one) => toIdentifier(one.name) === tool);
  if (found !== undefined) return found;
  throw unknownTool(
    name,
    tools.map((one) => `${name.slice(0, name.length - tool.length)}${one.name}`),
  );
}

function unknownTool(name: string, known: readonly string[]): IrisError {
  const near = suggest(name, [...known]);
  return new IrisError('IRIS_NOT_FOUND', `There is no tool ${name}`, {
    hint: near === undefined ? 'Find one with iris.searchTools().' : `Did you mean ${near}?`,
  });
}

/** Says what a tool takes to whoever called it in vain. */
function withParameters(error: IrisError, { fullName, input }: GrantedTool): IrisError {
  if (error.code !== 'TOOL_FAILED' && error.code !== 'IRIS_INVALID_ARGUMENT') return error;
  const parameters = parametersOf(input);
  return new IrisError(error.code, error.message, {
    hint: `${fullName} takes ${parameters.join(', ') || 'nothing'}.`,
    details: { parameters },
    cause: error,
  });
}

function parametersOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null || !('properties' in schema)) return [];
  const { properties } = schema;
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}
