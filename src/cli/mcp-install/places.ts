import { join } from 'node:path';
import type { Places } from './mcp-client.ts';

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
}

/** Where programs keep their settings on each kind of machine. */
export function placesOf({ platform, env, home, cwd }: Machine): Places {
  const config = env['XDG_CONFIG_HOME'] || join(home, '.config');
  const roaming = env['APPDATA'] || join(home, 'AppData', 'Roaming');
  const isWindows = platform === 'win32';
  const unixAppData = platform === 'darwin' ? join(home, 'Library', 'Application Support') : config;
  return {
    home,
    project: cwd,
    appData: isWindows ? roaming : unixAppData,
    config: isWindows ? roaming : config,
    codexHome: env['CODEX_HOME'] || join(home, '.codex'),
  };
}
