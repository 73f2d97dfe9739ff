import { join, parse } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { irisModule } from './iris-module.ts';
import { localScripts, type LocalTexts } from './local-scripts.ts';
import { META_DEFINES, sandboxBanner } from './sandbox-banner.ts';
import type { ScriptPlace } from './script-place.ts';

/** The oldest Node that a sandbox's template may have. */
const TARGET = 'node18';

/** How a script becomes one ESM file; the source map comes apart, to be finished by iris. */
export function esbuildOptions(place: ScriptPlace, texts: LocalTexts, wrapperFile?: string) {
  return {
    absWorkingDir: place.localDir,
    entryPoints: [place.scriptFile],
    outfile: join(sourceMapBase(place), 'bundle.mjs'),
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: TARGET,
    charset: 'utf8',
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    logLevel: 'silent',
    resolveExtensions: ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json'],
    // Packages for browsers and servers alike import style sheets, which mean nothing in Node.
    loader: { '.css': 'empty', '.module.css': 'empty' },
    external: [...place.externals],
    define: META_DEFINES,
    banner: { js: sandboxBanner(place) },
    plugins: [
      ...(wrapperFile === undefined ? [] : [irisModule(wrapperFile, place.servers)]),
      localScripts(place, texts),
    ],
  } as const satisfies BuildOptions;
}

/** The folder that the sources of esbuild's map are relative to. */
export function sourceMapBase(place: ScriptPlace): string {
  return parse(place.localDir).root;
}
