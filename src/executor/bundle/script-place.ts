import { basename, isAbsolute, relative } from 'node:path';
import { isOutside, toSlashes } from './relative-path.ts';

/** Where a script's project lies on this machine and in the sandbox; both roots are real paths. */
export interface ScriptPlace {
  /** Real path of the script. */
  readonly scriptFile: string;
  readonly localDir: string;
  readonly sandboxDir: string;
  /** The MCP servers that it may import. */
  readonly servers: readonly string[];
  /** Packages that stay imports, for the sandbox has them itself. */
  readonly externals: readonly string[];
}

/** Extensions of files that Node runs, with esbuild's name of the language. */
export const SCRIPT_LOADERS = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
  '.jsx': 'jsx',
} as const;

export type ScriptExtension = keyof typeof SCRIPT_LOADERS;

/** Tells whether a file with this extension is a script. */
export function isScriptExtension(extension: string): extension is ScriptExtension {
  return Object.hasOwn(SCRIPT_LOADERS, extension);
}

/** The place in the sandbox that stands for a local file. What lies outside `localDir` goes below `.iris/outside`. */
export function toSandboxFile(place: ScriptPlace, localFile: string): string {
  const inside = relative(place.localDir, localFile);
  if (!isOutside(inside)) return `${place.sandboxDir}/${toSlashes(inside)}`;
  const named = toSlashes(inside)
    .split('/')
    .filter((segment) => segment !== '..')
    .map((segment) => segment.replace(':', ''));
  return `${place.sandboxDir}/.iris/outside/${named.join('/')}`;
}

/** The path that people read in messages: relative to `localDir`, with slashes. */
export function toShownPath(localDir: string, file: string): string {
  const inside = relative(localDir, file);
  return isAbsolute(inside) ? file : toSlashes(inside);
}

/** Name of the bundle of a script: `src/hello.ts` gives `hello.mjs`. */
export function toBundleName(scriptFile: string): string {
  const name = basename(scriptFile).replace(/\.[^.]+$/, '');
  return `${name.replaceAll(/\p{Cc}/gu, '_')}.mjs`;
}
