import { readFile } from 'node:fs/promises';
import type { Metafile, Plugin } from 'esbuild';

/** The namespace of the client that scripts import as iris-prime. */
export const IRIS_NAMESPACE = 'iris-prime';

const AS_PACKAGE = /^iris-prime$/;
/** As scripts of the original system import it, with no such file on disk. */
const AS_FILE = /^\.{1,2}\/(?:[^:]*\/)?iris-prime(?:\.[cm]?[jt]s)?$/;
const ASKED_ALREADY = 'iris-prime-is-no-file';

/** An esbuild plugin that puts the client of iris where a script imports it; a file of that name of the user's own wins. */
export function irisModule(wrapperFile: string): Plugin {
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
      build.onLoad({ filter: /./, namespace: IRIS_NAMESPACE }, async () => ({
        contents: await readFile(wrapperFile),
        loader: 'js',
      }));
    },
  };
}

/** Tells whether a build has the client in it. */
export function importsIris(metafile: Metafile): boolean {
  return Object.keys(metafile.inputs).some((name) => name.startsWith(`${IRIS_NAMESPACE}:`));
}
