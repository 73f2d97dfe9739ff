import { isAbsolute, join } from 'node:path';
import type { ConfigEnv } from './word-layer.ts';

/** Names that a project's configuration may have, the strongest first. */
export const PROJECT_PLACES = [
  '.irisrc',
  '.irisrc.json',
  '.irisrc.yaml',
  '.irisrc.yml',
  'package.json',
  'iris.config.json',
  'iris.config.yaml',
  'iris.config.yml',
  'iris.config.js',
  'iris.config.mjs',
  'iris.config.cjs',
  'iris.config.ts',
] as const;

/** Names that a user's own configuration may have, the strongest first. */
export const USER_PLACES = ['config.yaml', 'config.yml', 'config.json'] as const;

/** Tells whether a configuration file is a program. */
export function isCodeConfig(file: string): boolean {
  return /\.(?:js|mjs|cjs|ts)$/.test(file);
}

/** The directory of the user's own configuration; a relative XDG_CONFIG_HOME does not count, as its standard says. */
export function userConfigDir(env: ConfigEnv, homeDir: string): string {
  const configHome = env['XDG_CONFIG_HOME'];
  const base = configHome !== undefined && isAbsolute(configHome) ? configHome : join(homeDir, '.config');
  return join(base, 'iris');
}
