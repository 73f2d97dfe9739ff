import { readFile } from 'node:fs/promises';
import type { Metafile, Plugin } from 'esbuild';
import { toIdentifier } from '../../contract/mcp/tool-identifier.ts';

/** The namespace of the client that scripts import as iris-prime. */
export const IRIS_NAMESPACE = 'iris-prime';

const AS_PACKAGE = /^iris-prime$/;
/** As scripts of the original system import it, with no such file on disk. */
const AS_FILE = /^\.{1,2}\/(?:[^:]*\/)?iris-prime(?:\.[cm]?[jt]s)?$/;
const SERVERS = /^iris-prime\/servers$/;
const ASKED_ALREADY = 'iris-prime-is-no-file';

/**
 * An esbuild plugin that puts the client of iris where a script imports it, and the tools of `servers` where it imports
 * those; a file of the client's name of the user's own wins.
 */
export function irisModule(wrapperFile: string, servers: readonly string[]): Plugin {
  return {
    name: 'iris-module',
    setup: (build) => {
      const found = { path: 'client', namespace: IRIS_NAMESPACE, sideEffects: false };
      build.onResolve({ filter: AS_PACKAGE }, () => found);
      build.onResolve({ filter: AS_FILE }, async ({ path, importer, resolveDir, kind, pluginData }) => {
        if (pluginData === ASKED_ALREADY) return undefined;
        const own = await build.resolve(path, { importer, resolveDir, kind, pluginData: ASKED_ALREADY });
        return own.errors.length === 0 ? own : found;
      });
      build.onResolve({ filter: SERVERS }, () => ({ ...found, path: 'servers' }));
      build.onLoad({ filter: /./, namespace: IRIS_NAMESPACE }, async ({ path }) => ({
        contents: path === 'servers' ? exportServers(servers) : await readFile(wrapperFile),
        loader: 'js',
      }));
    },
  };
}

/** A module with a constant for each server; one that a script may not use is no export of it. */
function exportServers(servers: readonly string[]): string {
  const constants = servers.map(
    (name) => `export const ${toIdentifier(name)} = /* @__PURE__ */ serverTools(${JSON.stringify(name)});`,
  );
  return ["import { serverTools } from 'iris-prime';", ...constants, 'export {};'].join('\n');
}

/** Tells whether a build has the client in it. */
export function importsIris(metafile: Metafile): boolean {
  return Object.keys(metafile.inputs).some((name) => name.startsWith(`${IRIS_NAMESPACE}:`));
}
