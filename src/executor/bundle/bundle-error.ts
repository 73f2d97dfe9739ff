import { dirname, resolve } from 'node:path';
import type { Location, Message } from 'esbuild';
import { IrisError } from '../../core/errors.ts';
import { codeFrame, toPosition } from './code-frame.ts';
import type { FailedBuild } from './failed-build.ts';
import type { LocalTexts } from './local-scripts.ts';
import { explainMissingImport, type Explained } from './missing-import.ts';
import { toOriginalLocation } from './original-location.ts';
import { toShownPath, type ScriptPlace } from './script-place.ts';

/** More than this on one screen helps nobody. */
const MAX_PROBLEMS = 6;

/** Words the mistakes that esbuild found: the first as the message, the next few as `problems`. */
export async function toBundleError(
  build: FailedBuild,
  place: ScriptPlace,
  texts: LocalTexts,
): Promise<IrisError> {
  const [first, ...others] = build.errors;
  if (first === undefined) return new IrisError('INTERNAL', 'esbuild failed without an error');
  const located = [first, ...others.slice(0, MAX_PROBLEMS - 1)].map((error) => ({
    ...error,
    location: locate(error.location, place, texts),
  }));
  const problems = await Promise.all(located.map((error) => explain(error, place)));
  return new IrisError('SCRIPT_INVALID', problems[0]?.message ?? first.text, {
    ...(problems[0]?.hint === undefined ? {} : { hint: problems[0].hint }),
    details: {
      ...describe(located[0]?.location ?? null, place),
      otherErrors: others.length,
      ...(problems.length > 1 ? { problems } : {}),
    },
  });
}

/** One warning as one line. */
export function toWarning(message: Message, place: ScriptPlace): string {
  return `${toPrefix(message.location, place)}${message.text}`;
}

function locate(location: Location | null, place: ScriptPlace, texts: LocalTexts): Location | null {
  if (location === null) return null;
  const text = texts.get(resolve(place.localDir, location.file));
  return text === undefined ? location : toOriginalLocation(location, text.toString('utf8'));
}

function describe(location: Location | null, place: ScriptPlace): Record<string, unknown> {
  if (location === null) return {};
  const frame = codeFrame(location);
  return {
    file: toFile(location, place),
    ...toPosition(location),
    ...(frame === undefined ? {} : { frame }),
  };
}

const UNRESOLVED = /^Could not resolve "(.*)"$/s;
const NO_SERVER = /^No matching export in "iris-prime:servers" for import "(.*)"$/s;
const NO_LOADER = /^No loader is configured for "([^"]*)" files: (.*)$/s;

async function explain(error: Message, place: ScriptPlace): Promise<Explained> {
  const specifier = UNRESOLVED.exec(error.text)?.[1];
  if (specifier !== undefined) {
    const importedBy = toPrefix(error.location, place).slice(0, -2);
    const folder = dirname(resolve(place.localDir, error.location?.file ?? place.scriptFile));
    return await explainMissingImport({ specifier, importedBy, folder, note: noteOf(error, place) });
  }
  const [, extension, dataFile] = NO_LOADER.exec(error.text) ?? [];
  const message = `${toPrefix(error.location, place)}${error.text}`;
  if (extension !== undefined && dataFile !== undefined) return notCode(message, dataFile);
  const server = NO_SERVER.exec(error.text)?.[1];
  if (server !== undefined) return notGranted(toPrefix(error.location, place), server);
  return { message, hint: hintOf(error) ?? noteOf(error, place) };
}

function notCode(message: string, dataFile: string): Explained {
  const hint = `Send it along with --include '${dataFile}' and read it with fs, or import it with { type: 'text' }.`;
  return { message, hint };
}

function notGranted(prefix: string, server: string): Explained {
  return {
    message: `${prefix}The MCP server ${server} is not granted to this run`,
    hint: `Grant it with --mcp ${server}, or with mcp: [${server}] in the config. Those that there are: iris mcp ls`,
  };
}

function hintOf(error: Message): string | undefined {
  const native = /^Cannot bundle the native module (.*)$/s.exec(error.text)?.[1];
  if (native !== undefined) return nativeHint(native);
  if (error.text.startsWith('Cannot import from a URL'))
    return 'Install the package with npm and import its name.';
  if (error.text.startsWith('Could not resolve import(')) return 'No file matches this pattern.';
  return undefined;
}

function nativeHint(file: string): string {
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/s.exec(file)?.[1];
  return name === undefined
    ? 'Native modules are built for one machine: make it a package, and --install that.'
    : `Native modules are built for one machine; let the sandbox have its own: --install ${name}`;
}

/** esbuild's own advice is about its options, which users of iris do not have. */
function noteOf(error: Message, place: ScriptPlace): string | undefined {
  const note = error.notes.find(({ text }) => !text.startsWith('You can mark the path'));
  if (note === undefined) return undefined;
  const text = note.text.replaceAll(/\s*\n\s*/g, ' ');
  return text.endsWith(':') ? `${text} ${toPrefix(note.location, place).slice(0, -2)}` : text;
}

function toPrefix(location: Location | null, place: ScriptPlace): string {
  if (location === null) return '';
  const { line, column } = toPosition(location);
  return `${toFile(location, place)}:${line}:${column}: `;
}

/** esbuild names files relative to `localDir`. */
function toFile(location: Location, place: ScriptPlace): string {
  return toShownPath(place.localDir, resolve(place.localDir, location.file));
}
