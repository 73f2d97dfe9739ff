/** How a client starts the server. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
}

/** Where the files of programs are on this machine. */
export interface Places {
  readonly home: string;
  /** Settings of programs with a window: `~/.config` on Linux. */
  readonly appData: string;
  /** Settings of programs for a terminal: `~/.config` but on Windows. */
  readonly config: string;
  readonly project: string;
  readonly codexHome: string;
}

export type Scope = 'user' | 'project';

/** A program that talks to MCP servers, and how it is told of one. */
export interface McpClient {
  readonly id: string;
  readonly name: string;
  readonly format: 'json' | 'toml';
  /** The files that it may read its servers from, the one to make first; none where it has no such scope. */
  readonly files: (places: Places, scope: Scope) => readonly string[];
  /** The keys that lead to the servers in the file. */
  readonly path: readonly string[];
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
