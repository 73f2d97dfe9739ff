import { join } from 'node:path';

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
