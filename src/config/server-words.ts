import { isGroup, type Layer } from './layer.ts';

/** What the sources of the configuration say of other MCP servers, each for itself: it matters who says it. */
export interface ServerWords {
  /** The servers whose tools a script may call. */
  readonly granted: {
    readonly words: readonly string[];
    readonly by: 'user' | 'project';
    /** `--mcp`, `IRIS_MCP`, `/x/.irisrc:3`, or nothing where nobody says a word. */
    readonly origin: string;
  };
  /** The servers that files tell of under `mcpServers`. */
  readonly own: readonly {
    readonly owner: 'user' | 'project';
    readonly file: string;
    readonly servers: Readonly<Record<string, unknown>>;
  }[];
}

export interface WordLayers {
  readonly flags: Layer;
  readonly env: Layer;
  readonly project: Layer | undefined;
  readonly user: Layer | undefined;
}

/** Gathers them; of the grants the strongest source counts alone, as for every key. */
export function serverWords({ flags, env, project, user }: WordLayers): ServerWords {
  const strongest = [flags, env, project, user].find((layer) => layer?.values['mcp'] !== undefined);
  const words = strongest?.values['mcp'];
  return {
    granted: {
      words: Array.isArray(words) ? words.map(String) : [],
      by: strongest !== undefined && strongest === project ? 'project' : 'user',
      origin: strongest?.originOf(['mcp']) ?? '',
    },
    own: [...ownServers(project, 'project'), ...ownServers(user, 'user')],
  };
}

function ownServers(layer: Layer | undefined, owner: 'user' | 'project'): ServerWords['own'] {
  const servers = layer?.values['mcpServers'];
  if (layer === undefined || !isGroup(servers)) return [];
  return [{ owner, file: layer.originOf(['mcpServers']).replace(/:\d+$/, ''), servers }];
}
