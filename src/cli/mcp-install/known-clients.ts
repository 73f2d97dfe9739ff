import { CLIENT_FILES, type ClientId } from '../../contract/mcp/client-files.ts';
import { IrisError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';
import type { Launch, McpClient } from './mcp-client.ts';

type Way = Pick<McpClient, 'entry' | 'own'>;

const plain = ({ command, args }: Launch) => ({ command, args });
const typed = (launch: Launch) => ({ type: 'stdio', ...plain(launch) });

/** What each client is told, and by which command of its own. */
const WAYS: Readonly<Record<ClientId, Way>> = {
  'claude-code': {
    entry: typed,
    own: {
      program: 'claude',
      add: (name, { command, args }, scope) => ['mcp', 'add', '--scope', scope, name, '--', command, ...args],
      remove: (name, scope) => ['mcp', 'remove', '--scope', scope, name],
    },
  },
  'claude-desktop': { entry: plain },
  cursor: { entry: plain },
  vscode: { entry: typed },
  codex: {
    entry: plain,
    own: {
      program: 'codex',
      add: (name, { command, args }) => ['mcp', 'add', name, '--', command, ...args],
      remove: (name) => ['mcp', 'remove', name],
    },
  },
  gemini: {
    entry: plain,
    own: {
      program: 'gemini',
      add: (name, { command, args }, scope) => ['mcp', 'add', '--scope', scope, name, command, ...args],
      remove: (name, scope) => ['mcp', 'remove', '--scope', scope, name],
    },
  },
  windsurf: { entry: plain },
  zed: { entry: plain },
  opencode: {
    entry: ({ command, args }) => ({ type: 'local', command: [command, ...args], enabled: true }),
  },
};

/** Every client that iris knows how to tell of itself. */
export const KNOWN_CLIENTS: readonly McpClient[] = CLIENT_FILES.map((files) => ({
  ...files,
  ...WAYS[files.id],
}));

/** The client of this id. Throws USAGE_INVALID. */
export function clientOf(id: string): McpClient {
  const found = KNOWN_CLIENTS.find((client) => client.id === id);
  if (found !== undefined) return found;
  const ids = KNOWN_CLIENTS.map((client) => client.id);
  const near = suggest(id, ids);
  throw new IrisError('USAGE_INVALID', `iris knows no MCP client ${id}`, {
    hint: near === undefined ? `Choose from: ${ids.join(', ')}` : `Did you mean ${near}?`,
  });
}
