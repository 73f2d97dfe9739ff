import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Plugin } from 'esbuild';
import { defineConfig, type Options } from 'tsup';
import { noteBundled } from './scripts/note-bundled.ts';
import { sourceDigest } from './scripts/source-digest.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

const shared = {
  platform: 'node',
  target: 'node20',
  bundle: true,
  sourcemap: false,
  clean: false,
  dts: false,
  esbuildPlugins: [noteBundled()],
  define: { __IRIS_VERSION__: JSON.stringify(version), __IRIS_BUILD__: JSON.stringify(sourceDigest()) },
} satisfies Options;

export default defineConfig([
  {
    ...shared,
    // One small CommonJS file: it starts faster than ESM. What a run needs is in it and evaluated on demand.
    entry: { 'cli/entry': 'src/cli/entry.ts' },
    format: 'cjs',
    outExtension: () => ({ js: '.cjs' }),
    esbuildPlugins: [slowPartsStayOutside(), noteBundled()],
  },
  {
    ...shared,
    entry: {
      'cli/main': 'src/cli/main.ts',
      'cli/spinner': 'src/cli/spinner.ts',
      'daemon/main': 'src/daemon/main.ts',
      'library/executor': 'src/library/index.ts',
      'store/worker': 'src/store/pglite/worker-main.ts',
    },
    format: 'esm',
    splitting: true,
    esbuildOptions: (options) => {
      options.chunkNames = 'chunks/[name]-[hash]';
    },
    // esbuild ships a binary and PGlite its data files; E2B's SDK does without undici and cosmiconfig without typescript when they are absent.
    external: ['esbuild', '@electric-sql/pglite', 'undici', 'typescript', 'pg-native'],
    noExternal: [/^(?!esbuild$|@electric-sql\/|undici$|typescript$|pg-native$|node:)[^./]/],
    // Bundled CommonJS packages call require for Node's own modules.
    banner: {
      js: "import { createRequire as __irisRequire } from 'node:module'; const require = __irisRequire(import.meta.url);",
    },
  },
  {
    ...shared,
    entry: { 'agent/agent': 'src/agent/main.ts', 'agent/copier': 'src/agent/copier/main.ts' },
    format: 'cjs',
    // Templates of E2B may have an older Node than the machine of the user.
    target: 'node18',
    outExtension: () => ({ js: '.cjs' }),
    loader: { '.py': 'text' },
  },
  {
    ...shared,
    // What scripts import: bundled once more with each of them, for whatever Node the sandbox has.
    entry: { 'wrapper/iris-prime': 'src/wrapper/index.ts', 'bridge/relay': 'src/bridge/relay/main.ts' },
    format: 'esm',
    // Each goes into a sandbox by itself.
    splitting: false,
    target: 'node18',
    outExtension: () => ({ js: '.mjs' }),
  },
  {
    ...shared,
    // The same for programs that nobody bundles.
    entry: { 'wrapper/iris-prime': 'src/wrapper/index.ts' },
    format: 'cjs',
    target: 'node18',
    outExtension: () => ({ js: '.cjs' }),
  },
  {
    ...shared,
    entry: { 'agent/kernel': 'src/agent/kernel/main.ts' },
    format: 'cjs',
    outExtension: () => ({ js: '.cjs' }),
  },
  {
    ...shared,
    entry: { 'agent/egress': 'src/agent/egress/preload.ts' },
    format: 'cjs',
    outExtension: () => ({ js: '.cjs' }),
    target: 'node18',
  },
  {
    ...shared,
    entry: { 'agent/spare': 'src/agent/spare/spare.ts' },
    format: 'esm',
    // Its own map is read when it starts, and with it Node's reader of maps is loaded before a script has one.
    sourcemap: 'inline',
    target: 'node18',
    outExtension: () => ({ js: '.mjs' }),
  },
]);

/** Commander and ora are ESM files of their own, loaded only by those who need them. */
function slowPartsStayOutside(): Plugin {
  return {
    name: 'slow-parts-stay-outside',
    setup(build) {
      build.onResolve({ filter: /\/(?:main|spinner)\.ts$/ }, ({ kind, path }) =>
        kind === 'dynamic-import' ? { path: `./${basename(path, '.ts')}.js`, external: true } : undefined,
      );
    },
  };
}
