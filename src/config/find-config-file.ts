import { accessSync, constants, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { errnoOf } from '../core/errors.ts';

export interface FoundFile {
  readonly file: string;
  readonly text: string;
  /** Why the file is not read, where it is not. */
  readonly refusal?: string | undefined;
}

const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** Finds the nearest configuration file: the first of `places` in the first of `dirs` that has one. */
export async function findConfigFile(
  dirs: readonly string[],
  places: readonly string[],
): Promise<FoundFile | undefined> {
  const explorer = await openExplorer(places);
  for (const dir of dirs) {
    for (const file of places.map((name) => join(dir, name))) {
      const refusal = refusalOf(file);
      if (refusal !== undefined) return { file, text: '', refusal };
    }
    const result = await explorer.search(dir);
    if (result === null || (result.isEmpty === true && isPackage(result.filepath))) continue;
    return { file: result.filepath, text: textOf(result.config) };
  }
  return undefined;
}

/** cosmiconfig is loaded with the first search. */
async function openExplorer(places: readonly string[]) {
  const { newExplorer } = await import('./explorer.ts');
  return newExplorer(places, { '.json': loadJson, default: (_file, text) => ({ text }) });
}

/** A package.json counts when it has the key `iris`; a broken one counts when it may have it. */
function loadJson(file: string, text: string): unknown {
  if (!isPackage(file)) return { text };
  return mayHoldIris(text) ? { iris: { text } } : {};
}

function mayHoldIris(text: string): boolean {
  if (!text.includes('"iris"')) return false;
  try {
    const json: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof json === 'object' && json !== null && Object.hasOwn(json, 'iris');
  } catch {
    return true;
  }
}

function textOf(config: unknown): string {
  const text = typeof config === 'object' && config !== null && 'text' in config ? config.text : '';
  return typeof text === 'string' ? text : '';
}

function isPackage(file: string): boolean {
  return basename(file) === 'package.json';
}

/** A link in a project may lead to a device without end, and cosmiconfig passes over what it may not read. */
function refusalOf(file: string): string | undefined {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined || stat.isDirectory()) return undefined;
    if (!stat.isFile()) return 'Not a regular file';
    if (stat.size > MAX_FILE_BYTES)
      return `The file has ${stat.size} bytes, at most ${MAX_FILE_BYTES} are read`;
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (thrown) {
    return errnoOf(thrown) === 'EACCES' ? 'Permission denied' : undefined;
  }
}
