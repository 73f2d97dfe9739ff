import { pathToFileURL } from 'node:url';
import { GUARD_CODE } from './start-guard.ts';
import { toSandboxFile, type ScriptPlace } from './script-place.ts';

/** What `import.meta` is called in bundled code, so that each file can have its own. */
export const META_NAME = '__irisMeta';

/**
 * Code at the head of the bundle: what packages find in place of `require`, `import.meta` and `__dirname`.
 * `process.argv[1]` names the script and not the bundle, so that `import.meta.url === pathToFileURL(argv[1])` holds.
 */
export function sandboxBanner(place: ScriptPlace): string {
  const script = JSON.stringify(toSandboxFile(place, place.scriptFile));
  return [
    `import { createRequire as __irisCreateRequire } from 'node:module';`,
    `import { dirname as __irisDirname } from 'node:path';`,
    `import { fileURLToPath as __irisToPath } from 'node:url';`,
    `const require = __irisCreateRequire(${script});`,
    `const __irisResolve = (specifier) => import.meta.resolve(specifier);`,
    `const ${META_NAME} = { url: import.meta.url, filename: __irisToPath(import.meta.url), ` +
      `dirname: __irisDirname(__irisToPath(import.meta.url)), main: false, resolve: __irisResolve };`,
    `globalThis.process.argv[1] = ${script};`,
    GUARD_CODE,
  ].join('\n');
}

/** What esbuild puts in place of the names that mean a file's own place. */
export const META_DEFINES = {
  'import.meta': META_NAME,
  __dirname: `${META_NAME}.dirname`,
  __filename: `${META_NAME}.filename`,
} as const;

/** A module whose default export is the `import.meta` of one local file, as that file would see it in the sandbox. */
export function metaModule(place: ScriptPlace, localFile: string): string {
  const filename = toSandboxFile(place, localFile);
  const meta = {
    url: pathToFileURL(filename, { windows: false }).href,
    filename,
    dirname: filename.slice(0, filename.lastIndexOf('/')),
    main: localFile === place.scriptFile,
  };
  return `const meta = ${JSON.stringify(meta)};
meta.resolve = (specifier) =>
  /^\\.{0,2}\\//.test(specifier) ? new URL(specifier, meta.url).href : __irisResolve(specifier);
export default meta;`;
}
