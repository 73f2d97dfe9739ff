import type { OnLoadResult, PluginBuild } from 'esbuild';
import { isFailedBuild } from './failed-build.ts';
import { toSandboxFile, type ScriptPlace } from './script-place.ts';

/**
 * Replaces `__dirname`, `__filename` and `require.main` of one local script. It is a build of that file alone, and
 * not a transform, so that esbuild finds the file's tsconfig by itself; positions survive in the inline source map.
 */
export async function placeCommonJs(
  build: PluginBuild,
  place: ScriptPlace,
  file: string,
): Promise<OnLoadResult> {
  try {
    return { contents: await replaceNames(build, place, file), loader: 'js' };
  } catch (thrown) {
    if (isFailedBuild(thrown)) return { errors: [...thrown.errors] };
    throw thrown;
  }
}

async function replaceNames(build: PluginBuild, place: ScriptPlace, file: string): Promise<Uint8Array> {
  const isMain = file === place.scriptFile;
  const first = await buildAlone(build, place, {
    file,
    define: { 'require.main': isMain ? 'module' : 'null' },
  });
  if (!first.isModule || !isMain) return first.contents;
  // A file with imports has no `module`, yet `require.main === module` is how many scripts ask whether they are run.
  const second = await buildAlone(build, place, { file, define: { 'require.main': 'true', module: 'true' } });
  return second.contents;
}

interface Alone {
  readonly file: string;
  readonly define: Readonly<Record<string, string>>;
}

interface BuiltAlone {
  readonly contents: Uint8Array;
  readonly isModule: boolean;
}

async function buildAlone(build: PluginBuild, place: ScriptPlace, alone: Alone): Promise<BuiltAlone> {
  const sandboxFile = toSandboxFile(place, alone.file);
  const { outputFiles, metafile } = await build.esbuild.build({
    absWorkingDir: place.localDir,
    entryPoints: [alone.file],
    outfile: `${alone.file}.placed.js`,
    bundle: false,
    write: false,
    metafile: true,
    platform: 'node',
    charset: 'utf8',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'silent',
    define: {
      __filename: JSON.stringify(sandboxFile),
      __dirname: JSON.stringify(sandboxFile.slice(0, sandboxFile.lastIndexOf('/'))),
      ...alone.define,
    },
  });
  const [input] = Object.values(metafile.inputs);
  return { contents: outputFiles[0]?.contents ?? new Uint8Array(), isModule: input?.format === 'esm' };
}
