import { readFile } from 'node:fs/promises';
import type { UploadFile } from '../sandbox/sandbox.ts';

export interface WrapperOptions {
  /** The built client as ESM; the same as CommonJS lies beside it. */
  readonly wrapperFile: string;
  /** The folder whose programs import it, such as `/home/user`. */
  readonly sandboxDir: string;
  /** Variables that a program has unless it is given others. */
  readonly envs: Readonly<Record<string, string>>;
}

/**
 * The files that let any program in a folder of a sandbox import the client of iris without a bundler: as the package
 * `iris-prime`, and as `./iris-prime`, from ESM and from CommonJS.
 */
export async function wrapperFiles({ wrapperFile, sandboxDir, envs }: WrapperOptions): Promise<UploadFile[]> {
  const [esm, cjs] = await Promise.all([
    readFile(wrapperFile, 'utf8'),
    readFile(wrapperFile.replace(/\.mjs$/, '.cjs'), 'utf8'),
  ]);
  const packageDir = `${sandboxDir}/node_modules/iris-prime`;
  const manifest = {
    name: 'iris-prime',
    exports: { '.': { import: './index.mjs', default: './index.cjs' } },
  };
  const contents: Readonly<Record<string, string>> = {
    [`${packageDir}/package.json`]: JSON.stringify(manifest),
    [`${packageDir}/index.mjs`]: withDefaults(envs, esm),
    [`${packageDir}/index.cjs`]: withDefaults(envs, cjs),
    // Node takes a file without an ending for CommonJS, whoever imports it.
    [`${sandboxDir}/iris-prime`]: withDefaults(envs, cjs),
  };
  return Object.entries(contents).map(([path, content]) => ({ path, content: Buffer.from(content) }));
}

/** The client reads its variables when it is loaded. */
function withDefaults(envs: Readonly<Record<string, string>>, code: string): string {
  const lines = Object.entries(envs).map(
    ([name, value]) => `  env[${JSON.stringify(name)}] ??= ${JSON.stringify(value)};\n`,
  );
  return lines.length === 0 ? code : `{\n  const { env } = globalThis.process;\n${lines.join('')}}\n${code}`;
}
