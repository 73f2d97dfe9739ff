import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PlannedSource } from '../../contract/run-plan.ts';
import { IrisError } from '../../core/errors.ts';
import { requireScript } from '../bundle/check-script.ts';
import type { BundleRequest } from '../bundle/bundle.ts';
import type { Suspect } from '../bundle/find-suspects.ts';
import { toSandboxFile, toShownPath, type ScriptPlace } from '../bundle/script-place.ts';
import { secretLook } from '../secret-look.ts';
import type { Interpreter } from '../interpreter.ts';
import { pythonImports } from './python-imports.ts';
import { shellSources } from './shell-sources.ts';

/** A script that is sent as it is, with what it imports; the script itself comes first. */
export interface GatheredSource {
  readonly files: readonly SourceFile[];
  readonly sources: readonly PlannedSource[];
  readonly suspects: readonly Suspect[];
}

export interface SourceFile {
  readonly sandboxFile: string;
  readonly content: Buffer;
}

const MAX_FILES = 2000;
const MAX_BYTES = 64 * 1024 * 1024;

interface Found {
  readonly via: readonly string[];
  readonly content: Buffer;
}

/** Reads a script and every local file that it leads to. Throws FILE_NOT_FOUND, FILE_UNREADABLE or USAGE_INVALID. */
export async function gatherSource(
  request: BundleRequest,
  { language }: Interpreter,
): Promise<GatheredSource> {
  const place = await requireScript(request);
  const found = new Map<string, Found>();
  const queue: { readonly file: string; readonly via: readonly string[] }[] = [
    { file: place.scriptFile, via: [] },
  ];
  let bytes = 0;
  for (const { file, via } of queue) {
    if (found.has(file)) continue;
    request.signal?.throwIfAborted();
    const content = await readFile(file);
    found.set(file, { via, content });
    bytes += content.length;
    if (found.size > MAX_FILES || bytes > MAX_BYTES) throw tooMuch(request, place);
    const next = [...via, toShownPath(place.localDir, file)];
    for (const imported of importsOf(language, { place, file, content }))
      queue.push({ file: imported, via: next });
  }
  const all = [...found];
  return {
    files: all.map(([file, { content }]) => ({ sandboxFile: toSandboxFile(place, file), content })),
    sources: all.map(([file, { content, via }]) => ({
      file: toShownPath(place.localDir, file),
      bytes: content.length,
      via,
    })),
    suspects: all.flatMap(([file, { content }]) => {
      const look = secretLook(file, content);
      return look === undefined ? [] : [{ file, look }];
    }),
  };
}

function importsOf(
  language: Interpreter['language'],
  { place, file, content }: { readonly place: ScriptPlace; readonly file: string; readonly content: Buffer },
): string[] {
  const text = content.toString('utf8');
  return language === 'python'
    ? pythonImports(text, file, dirname(place.scriptFile))
    : shellSources(text, file, place.localDir);
}

function tooMuch({ scriptFile }: BundleRequest, place: ScriptPlace): IrisError {
  const shown = toShownPath(place.localDir, scriptFile);
  return new IrisError('USAGE_INVALID', `${shown} imports more than ${MAX_FILES} local files or 64 MB`, {
    hint: 'Send data by --include, and less code with the script.',
  });
}
