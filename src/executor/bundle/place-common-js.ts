import type { BuildOptions, OnLoadResult, PluginBuild } from 'esbuild';
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
  const isMain = file === place.scriptFile;
  const first = await buildAlone(build, place, {
    file,
    define: { 'require.main': isMain ? 'module' : 'null' },
  });
  if (first.format !== 'esm' || !isMain) return first;
  // A file with imports has no `module`, yet `require.main === module` is how many scripts ask whether they are run.
  return await buildAlone(build, place, { file, define: { 'require.main': 'true', module: 'true' } });
}

interface Alone {
  readonly file: string;
  readonly define: Readonly<Record<string, string>>;
}

interface LoadedAlone extends OnLoadResult {
  readonly format: string | undefined;
}

async function buildAlone(build: PluginBuild, place: ScriptPlace, alone: Alone): Promise<LoadedAlone> {
  const sandboxFile = toSandboxFile(place, alone.file);
  const options = {
    absWorkingDir: place.localDir,
    entryPoints: [alone.file],
    outfile: `${alone.file}.placed.js`,
    bundle: false,
    write: false,
    metafile: true,
    platform: 'node',
    charset: 'utf8',
    sourcemap: 'inline',
    logLevel: 'silent',
    define: {
      __filename: JSON.stringify(sandboxFile),
      __dirname: JSON.stringify(sandboxFile.slice(0, sandboxFile.lastIndexOf('/'))),
      ...alone.define,
    },
  } as const satisfies BuildOptions;
  const { outputFiles, metafile } = await build.esbuild.build(options);
  const [input] = Object.values(metafile.inputs);
  return { contents: outputFiles[0]?.contents ?? '', loader: 'js', format: input?.format };
}
