import type { ClientId } from '../../contract/mcp/client-files.ts';

/** How a server is reached. In its texts `${NAME}` and `${NAME:-otherwise}` stand for variables of the user. */
export type ServerLaunch =
  | {
      readonly type: 'stdio';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly cwd?: string | undefined;
    }
  | {
      /** Streamable HTTP; a server that only knows its predecessor is reached by `sse`. */
      readonly type: 'http' | 'sse';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
    };

/** Whose file tells of a server. */
export interface ServerSource {
  /** The program that the file belongs to. */
  readonly program: ClientId | 'iris';
  /** Whether the user or the project, which comes with the code, says so. */
  readonly owner: 'user' | 'project';
  readonly file: string;
}

/** A server that some file tells of: how it is reached, or why it cannot be. */
export type FoundServer = { readonly name: string; readonly source: ServerSource } & (
  | { readonly type: 'usable'; readonly launch: ServerLaunch }
  | { readonly type: 'unusable'; readonly reason: string }
);

/** A server that can be reached. */
export type ServerDefinition = Extract<FoundServer, { readonly type: 'usable' }>;
