import { join } from 'node:path';
import type { Places } from './client-places.ts';

export type Scope = 'user' | 'project';

/** Where a program that talks to MCP servers reads of them. */
export interface ClientFiles {
  readonly id: string;
  readonly name: string;
  readonly format: 'json' | 'toml';
  /** The files that it may read its servers from, the one to make first; none where it has no such scope. */
  readonly files: (places: Places, scope: Scope) => readonly string[];
  /** The keys that lead to the servers in the file. */
  readonly path: readonly string[];
}

/** The files of every client that iris knows, by the client's id. */
export const CLIENT_FILES = [
  {
    id: 'claude-code',
    name: 'Claude Code',
    format: 'json',
    files: filesOf(({ home }) => join(home, '.claude.json'), '.mcp.json'),
    path: ['mcpServers'],
  },
  {
    id: 'claude-desktop',
    name: 'Claude Desktop',
    format: 'json',
    files: filesOf(({ appData }) => join(appData, 'Claude', 'claude_desktop_config.json')),
    path: ['mcpServers'],
  },
  {
    id: 'cursor',
    name: 'Cursor',
    format: 'json',
    files: filesOf(({ home }) => join(home, '.cursor', 'mcp.json'), '.cursor/mcp.json'),
    path: ['mcpServers'],
  },
  {
    id: 'vscode',
    name: 'VS Code',
    format: 'json',
    files: filesOf(({ appData }) => join(appData, 'Code', 'User', 'mcp.json'), '.vscode/mcp.json'),
    path: ['servers'],
  },
  {
    id: 'codex',
    name: 'Codex',
    format: 'toml',
    files: filesOf(({ codexHome }) => join(codexHome, 'config.toml')),
    path: ['mcp_servers'],
  },
  {
    id: 'gemini',
    name: 'Gemini CLI',
    format: 'json',
    files: filesOf(({ home }) => join(home, '.gemini', 'settings.json'), '.gemini/settings.json'),
    path: ['mcpServers'],
  },
  {
    id: 'windsurf',
    name: 'Windsurf',
    format: 'json',
    files: filesOf(({ home }) => join(home, '.codeium', 'windsurf', 'mcp_config.json')),
    path: ['mcpServers'],
  },
  {
    id: 'zed',
    name: 'Zed',
    format: 'json',
    files: filesOf(({ config }) => join(config, 'zed', 'settings.json'), '.zed/settings.json'),
    path: ['context_servers'],
  },
  {
    id: 'opencode',
    name: 'OpenCode',
    format: 'json',
    files: ({ home, project }: Places, scope: Scope) => {
      const dir = scope === 'user' ? join(home, '.config', 'opencode') : project;
      return [join(dir, 'opencode.json'), join(dir, 'opencode.jsonc')];
    },
    path: ['mcp'],
  },
] as const satisfies readonly ClientFiles[];

export type ClientId = (typeof CLIENT_FILES)[number]['id'];

/** One file of the user, and one in the project where the client reads such a file. */
function filesOf(user: (places: Places) => string, project?: string): ClientFiles['files'] {
  return (places, scope) => {
    if (scope === 'user') return [user(places)];
    return project === undefined ? [] : [join(places.project, project)];
  };
}
