import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceFile } from './gather-source.ts';

/** What a script of Python needs to call tools. */
export interface PythonClient {
  /** Their paths name their content. */
  readonly files: readonly SourceFile[];
  /** The folder that Python has to look in. */
  readonly searchDir: string;
}

const FILES = ['iris_prime/__init__.py', 'iris_prime/_methods.py', 'iris_prime/servers.py'];
const IMPORT = /^[ \t]*(?:from[ \t]+iris_prime\b|import[ \t][^\n#]*\biris_prime\b)/m;

/** Tells whether a script imports the client; one of the user's own that it finds beside it wins. */
export function importsPythonClient(files: readonly SourceFile[]): boolean {
  const isOwn = files.some(({ sandboxFile }) => /\/iris_prime(?:\.py|\/__init__\.py)$/.test(sandboxFile));
  return !isOwn && files.some(({ content }) => IMPORT.test(content.toString('utf8')));
}

/** Reads the built client, which goes into a folder of the sandbox that its content names. */
export async function readPythonClient(clientDir: string, irisDir: string): Promise<PythonClient> {
  const contents = await Promise.all(FILES.map((name) => readFile(join(clientDir, name))));
  const sha256 = createHash('sha256').update(Buffer.concat(contents)).digest('hex');
  const searchDir = `${irisDir}/python-${sha256.slice(0, 16)}`;
  return {
    searchDir,
    files: contents.map((content, at) => ({ sandboxFile: `${searchDir}/${FILES[at] ?? ''}`, content })),
  };
}
