import type { ClientFiles, Scope } from '../../contract/mcp/client-files.ts';

/** How a client starts the server. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
}

/** A program that talks to MCP servers, and how it is told of one. */
export interface McpClient extends ClientFiles {
  /** What stands there for a server. */
  readonly entry: (launch: Launch) => Readonly<Record<string, unknown>>;
  readonly own?: OwnCommand | undefined;
}

/** The client's own command for its servers, which knows best. */
export interface OwnCommand {
  readonly program: string;
  readonly add: (name: string, launch: Launch, scope: Scope) => readonly string[];
  readonly remove: (name: string, scope: Scope) => readonly string[];
}

/** What the server is called in every client. */
export const SERVER_NAME = 'iris';
