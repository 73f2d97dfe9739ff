import { existsSync } from 'node:fs';
import { access, constants, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { errnoOf, IrisError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';
import { SOURCE_ENDINGS } from '../interpreter.ts';
import type { BundleRequest } from './bundle.ts';
import { isScriptExtension, SCRIPT_LOADERS, toShownPath, type ScriptPlace } from './script-place.ts';

/** Makes sure that there is a script to bundle, and finds out where it really lies. */
export async function checkScript(request: BundleRequest): Promise<ScriptPlace> {
  const place = await requireScript(request);
  if (isScriptExtension(extname(request.scriptFile))) return place;
  throw notAScript(request.scriptFile, toShownPath(request.localDir, request.scriptFile));
}

/** The same for a script in any language. Throws FILE_NOT_FOUND or FILE_UNREADABLE. */
export async function requireScript(request: BundleRequest): Promise<ScriptPlace> {
  const { scriptFile, sandboxDir, servers = [], externals = [] } = request;
  const localDir = await realpath(request.localDir).catch(() => request.localDir);
  await requireFile(scriptFile, toShownPath(request.localDir, scriptFile));
  return { scriptFile: await realpath(scriptFile), localDir, sandboxDir, servers, externals };
}

async function requireFile(file: string, shown: string): Promise<void> {
  try {
    const stats = await stat(file);
    if (stats.isDirectory()) throw await isADirectory(file, shown);
    await access(file, constants.R_OK);
  } catch (cause) {
    if (cause instanceof IrisError) throw cause;
    if (errnoOf(cause) === 'ENOENT' || errnoOf(cause) === 'ENOTDIR') throw await notFound(file, shown, cause);
    throw new IrisError('FILE_UNREADABLE', `Cannot read ${shown}`, {
      hint: `Check its permissions: ls -l ${shown}`,
      cause,
    });
  }
}

async function isADirectory(directory: string, shown: string): Promise<IrisError> {
  const scripts = await listScripts(directory);
  const index = scripts.find((name) => name.startsWith('index.')) ?? scripts[0];
  return new IrisError('FILE_UNREADABLE', `${shown === '' ? directory : shown} is a directory`, {
    hint: index === undefined ? 'Name a script file.' : `Name a script in it, such as ${join(shown, index)}`,
  });
}

async function notFound(file: string, shown: string, cause: unknown): Promise<IrisError> {
  const scripts = await listScripts(dirname(file));
  const sameName = scripts.find((name) => name.startsWith(`${basename(file, extname(file))}.`));
  const near = sameName ?? suggest(basename(file), scripts);
  return new IrisError('FILE_NOT_FOUND', `No such script: ${shown}`, {
    hint: near === undefined ? listHint(scripts, file, shown) : `Did you mean ${join(dirname(shown), near)}?`,
    cause,
  });
}

function listHint(scripts: readonly string[], file: string, shown: string): string {
  const folder = dirname(shown) === '.' ? 'this folder' : dirname(shown);
  if (!existsSync(dirname(file))) return `There is no folder ${folder}.`;
  if (scripts.length === 0) return `There are no scripts in ${folder}.`;
  const rest = scripts.length > 5 ? ` and ${scripts.length - 5} more` : '';
  return `Scripts in ${folder}: ${scripts.slice(0, 5).join(', ')}${rest}`;
}

async function listScripts(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  return names.filter((name) => isRun(extname(name)) && !name.endsWith('.d.ts')).toSorted();
}

function isRun(extension: string): boolean {
  return isScriptExtension(extension) || SOURCE_ENDINGS.includes(extension);
}

const OTHER_LANGUAGES: Readonly<Record<string, string>> = {
  '.rb': 'Ruby',
  '.go': 'Go',
  '.rs': 'Rust',
  '.json': 'data',
  '.ipynb': 'a notebook',
};

function notAScript(file: string, shown: string): IrisError {
  const language = OTHER_LANGUAGES[extname(file)] ?? 'in no language that iris knows';
  const endings = [...Object.keys(SCRIPT_LOADERS), ...SOURCE_ENDINGS].join(' ');
  return new IrisError('USAGE_INVALID', `Cannot run ${shown}: it is ${language}`, {
    hint: `iris runs files that end in ${endings}, and those that name Python or a shell in a first line such as #!/bin/sh`,
  });
}
