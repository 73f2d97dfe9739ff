import { join } from 'node:path';
import { IrisError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';
import type { Launch, McpClient, Places, Scope } from './mcp-client.ts';

const plain = ({ command, args }: Launch) => ({ command, args });
const typed = (launch: Launch) => ({ type: 'stdio', ...plain(launch) });

/** One file of the user, and one in the project where the client reads such a file. */
function filesOf(user: (places: Places) => string, project?: string) {
  return (places: Places, scope: Scope): readonly string[] => {
    if (scope === 'user') return [user(places)];
    return project === undefined ? [] : [join(places.project, project)];
  };
}

/** Every client that iris knows how to tell of itself. */
export const KNOWN_CLIENTS: readonly McpClient[] = [
  {
    id: 'claude-code',
    name: 'Claude Code',
    format: 'json',
    files: filesOf(({ home }) => join(home, '.claude.json'), '.mcp.json'),
    path: ['mcpServers'],
    entry: typed,
    own: {
      program: 'claude',
      add: (name, { command, args }, scope) => ['mcp', 'add', '--scope', scope, name, '--', command, ...args],
      remove: (name, scope) => ['mcp', 'remove', '--scope', scope, name],
    },
  },
  {
    id: 'claude-desktop',
    name: 'Claude Desktop',
    format: 'json',
    files: filesOf(({ appData }) => join(appData, 'Claude', 'claude_desktop_config.json')),
    path: ['mcpServers'],
    entry: plain,
  },
  {
    id: 'cursor',
    name: 'Cursor',
    format: 'json',
    files: filesOf(({ home }) => join(home, '.cursor', 'mcp.json'), '.cursor/mcp.json'),
    path: ['mcpServers'],
    entry: plain,
  },
  {
    id: 'vscode',
    name: 'VS Code',
    format: 'json',
    files: filesOf(({ appData }) => join(appData, 'Code', 'User', 'mcp.json'), '.vscode/mcp.json'),
    path: ['servers'],
    entry: typed,
  },
  {
    id: 'codex',
    name: 'Codex',
    format: 'toml',
    files: filesOf(({ codexHome }) => join(codexHome, 'config.toml')),
    path: ['mcp_servers'],
    entry: plain,
    own: {
      program: 'codex',
      add: (name, { command, args }) => ['mcp', 'add', name, '--', command, ...args],
      remove: (name) => ['mcp', 'remove', name],
    },
  },
  {
    id: 'gemini',
    name: 'Gemini CLI',
    format: 'json',
    files: filesOf(({ home }) => join(home, '.gemini', 'settings.json'), '.gemini/settings.json'),
    path: ['mcpServers'],
    entry: plain,
    own: {
      program: 'gemini',
      add: (name, { command, args }, scope) => ['mcp', 'add', '--scope', scope, name, command, ...args],
      remove: (name, scope) => ['mcp', 'remove', '--scope', scope, name],
    },
  },
  {
    id: 'windsurf',
    name: 'Windsurf',
    format: 'json',
    files: filesOf(({ home }) => join(home, '.codeium', 'windsurf', 'mcp_config.json')),
    path: ['mcpServers'],
    entry: plain,
  },
  {
    id: 'zed',
    name: 'Zed',
    format: 'json',
    files: filesOf(({ config }) => join(config, 'zed', 'settings.json'), '.zed/settings.json'),
    path: ['context_servers'],
    entry: plain,
  },
  {
    id: 'opencode',
    name: 'OpenCode',
    format: 'json',
    files: ({ home, project }, scope) => {
      const dir = scope === 'user' ? join(home, '.config', 'opencode') : project;
      return [join(dir, 'opencode.json'), join(dir, 'opencode.jsonc')];
    },
    path: ['mcp'],
    entry: ({ command, args }) => ({ type: 'local', command: [command, ...args], enabled: true }),
  },
];

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
