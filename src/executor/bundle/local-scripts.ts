import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { OnLoadResult, Plugin, PluginBuild } from 'esbuild';
import { errnoOf } from '../../core/errors.ts';
import { scriptsOutsideNodeModules } from './outside-node-modules.ts';
import { META_NAME, metaModule } from './sandbox-banner.ts';
import { placeCommonJs } from './place-common-js.ts';
import { isScriptExtension, SCRIPT_LOADERS, toShownPath, type ScriptPlace } from './script-place.ts';

/** The namespace of the modules that stand for one file's `import.meta`. */
export const META_NAMESPACE = 'iris-meta';

/** The texts of the local scripts of the last build, as they are on disk. */
export type LocalTexts = Map<string, Buffer>;

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const META_PREFIX = `${META_NAMESPACE}:`;
const OWN_PLACE = /\b(?:__dirname|__filename|require\.main)\b/;

/** An esbuild plugin that gives each local script its place in the sandbox and words what cannot be bundled. */
export function localScripts(place: ScriptPlace, texts: LocalTexts): Plugin {
  return {
    name: 'local-scripts',
    setup: (build) => {
      build.onStart(() => texts.clear());
      build.onLoad({ filter: scriptsOutsideNodeModules(), namespace: 'file' }, ({ path }) =>
        loadScript({ build, place, texts }, path),
      );
      build.onResolve({ filter: new RegExp(`^${META_PREFIX}`) }, ({ path }) => ({
        path: path.slice(META_PREFIX.length),
        namespace: META_NAMESPACE,
        sideEffects: false,
      }));
      build.onLoad({ filter: /./, namespace: META_NAMESPACE }, ({ path }) => ({
        contents: metaModule(place, path),
      }));
      build.onResolve({ filter: /^https?:\/\// }, ({ path }) => ({
        errors: [{ text: `Cannot import from a URL: ${path}` }],
      }));
      build.onLoad({ filter: /\.node$/, namespace: 'file' }, ({ path }) => ({
        errors: [{ text: `Cannot bundle the native module ${toShownPath(place.localDir, path)}` }],
      }));
    },
  };
}

interface Loading {
  readonly build: PluginBuild;
  readonly place: ScriptPlace;
  readonly texts: LocalTexts;
}

async function loadScript(loading: Loading, file: string): Promise<OnLoadResult | undefined> {
  const extension = extname(file);
  if (!isScriptExtension(extension)) return undefined;
  const text = await readScript(file);
  // esbuild words it when it cannot read the file either.
  if (text === undefined) return undefined;
  loading.texts.set(file, text);
  const loader = SCRIPT_LOADERS[extension];
  if (text.includes('import.meta')) return { contents: importMeta(text, file), loader };
  if (OWN_PLACE.test(text.toString('latin1'))) return await placeCommonJs(loading.build, loading.place, file);
  return { contents: text, loader };
}

async function readScript(file: string): Promise<Buffer | undefined> {
  try {
    return withoutMark(await readFile(file));
  } catch (thrown) {
    if (errnoOf(thrown) === undefined) throw thrown;
    return undefined;
  }
}

/** esbuild takes a byte order mark, but not one before a `#!` line. */
function withoutMark(text: Buffer): Buffer {
  return text.subarray(0, 3).equals(BYTE_ORDER_MARK) ? text.subarray(3) : text;
}

/** Imports are hoisted, so at the end it changes no position in the text. */
function importMeta(text: Buffer, file: string): Buffer {
  const statement = `\nimport ${META_NAME} from ${JSON.stringify(`${META_PREFIX}${file}`)};`;
  return Buffer.concat([text, Buffer.from(statement)]);
}
