import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, normalize, relative, resolve, sep } from 'node:path';
import { errnoOf, IrisError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';
import { isOutside, toSlashes } from '../bundle/relative-path.ts';
import type { IgnoreRules, RuleFile } from './ignore-rules.ts';
import type { IgnoredFile } from './include.ts';
import { outside } from './outside.ts';

/** Folders that are only sent when a pattern names them. */
const HEAVY_FOLDERS = ['node_modules', '.git'] as const;

/** What one path, folder or pattern means. */
export interface Expansion {
  /** Relative to the local directory and with slashes. */
  readonly files: readonly string[];
  /** What a file of rules keeps back. */
  readonly ignored: readonly IgnoredFile[];
  /** Whether the one file is named itself, and not found by a folder or a pattern. */
  readonly isNamed: boolean;
}

/** Finds the files that one path, folder or pattern means. A file that is named itself is sent whatever the rules say. */
export async function expandInclude(
  pattern: string,
  localDir: string,
  { rules, signal }: { readonly rules: IgnoreRules; readonly signal: AbortSignal | undefined },
): Promise<Expansion> {
  const path = toRelative(pattern, localDir);
  const kind = await kindOf(join(localDir, path));
  if (kind === 'file') return { files: [toSlashes(path)], ignored: [], isNamed: true };
  const { escapePath, glob } = await import('tinyglobby');
  const wanted = kind === 'folder' ? folderPattern(escapePath(toSlashes(path))) : toSlashes(path);
  const found = await glob(wanted, {
    cwd: localDir,
    ignore: ignoredFor(path),
    expandDirectories: false,
    ...(signal === undefined ? {} : { signal }),
  });
  const { files, ignored } = keepBack(
    found.map((file) => toSlashes(normalize(file))),
    rules,
    rulesFor(kind === 'folder' ? path : '.', rules),
  );
  if (files.length > 0) return { files, ignored, isNamed: false };
  if (ignored.length > 0) throw allIgnored(pattern, ignored);
  throw kind === 'folder' ? emptyFolder(pattern) : await notFound(pattern, localDir, path);
}

/** Whoever names a folder that git ignores, such as `dist`, means what is in it. */
function rulesFor(folder: string, rules: IgnoreRules): readonly RuleFile[] {
  const inside = `${folder}/any`;
  const isIgnored = folder !== '.' && rules.keptBackBy(inside, ['.gitignore']) !== undefined;
  return isIgnored ? ['.irisignore'] : ['.gitignore', '.irisignore'];
}

function keepBack(
  names: readonly string[],
  rules: IgnoreRules,
  asked: readonly RuleFile[],
): { readonly files: string[]; readonly ignored: IgnoredFile[] } {
  const files: string[] = [];
  const ignored: IgnoredFile[] = [];
  for (const name of names) {
    const by = rules.keptBackBy(name, asked);
    if (by === undefined) files.push(name);
    else ignored.push({ file: name, by });
  }
  return { files, ignored };
}

function allIgnored(pattern: string, [first, ...others]: readonly IgnoredFile[]): IrisError {
  const count = others.length === 0 ? first?.file : `All ${others.length + 1} files of ${pattern}`;
  return new IrisError('FILE_NOT_FOUND', `${count} would be sent, but for ${first?.by ?? 'the rules'}`, {
    hint: 'Name a file itself to send it all the same, or change the rules.',
  });
}

function toRelative(pattern: string, localDir: string): string {
  if (pattern.trim() === '') {
    throw new IrisError('USAGE_INVALID', 'An empty path to include', {
      hint: "Name files, folders or patterns: --include data.json --include 'src/**/*.sql'",
    });
  }
  // A path from the shell's completion may be absolute or lead out of the folder and back in.
  const path = isAbsolute(pattern)
    ? relative(localDir, pattern)
    : relative(localDir, resolve(localDir, pattern));
  if (isOutside(path)) throw outside(pattern, localDir);
  return path === '' ? '.' : path;
}

function folderPattern(path: string): string {
  return path === '.' ? '**/*' : `${path}/**/*`;
}

/** A file whose name looks like a pattern, such as `[id].ts`, is that file. */
async function kindOf(file: string): Promise<'file' | 'folder' | 'none'> {
  try {
    const stats = await lstat(file);
    if (stats.isSymbolicLink()) return await kindOfTarget(file);
    return stats.isDirectory() ? 'folder' : 'file';
  } catch (thrown) {
    if (errnoOf(thrown) === undefined) throw thrown;
    return 'none';
  }
}

/** A link that leads nowhere is a file that cannot be read, which is worded when it is looked up. */
async function kindOfTarget(link: string): Promise<'file' | 'folder'> {
  const names = await readdir(link).catch(() => undefined);
  return names === undefined ? 'file' : 'folder';
}

function ignoredFor(path: string): string[] {
  const segments = path.split(sep);
  return HEAVY_FOLDERS.filter((folder) => !segments.includes(folder)).map((folder) => `**/${folder}/**`);
}

function emptyFolder(pattern: string): IrisError {
  return new IrisError('FILE_NOT_FOUND', `No files to include in ${pattern}`, {
    hint: 'Hidden files, node_modules and .git are only sent when they are named.',
  });
}

async function notFound(pattern: string, localDir: string, path: string): Promise<IrisError> {
  if (/[*?{}[\]!()]/.test(path)) {
    return new IrisError('FILE_NOT_FOUND', `No file matches ${pattern}`, {
      hint: `Patterns are relative to ${localDir}; hidden files, node_modules and .git must be named.`,
    });
  }
  const names = await readdir(join(localDir, dirname(path))).catch(() => []);
  const near = suggest(basename(path), names);
  return new IrisError('FILE_NOT_FOUND', `No such file to include: ${pattern}`, {
    hint:
      near === undefined ? `Paths are relative to ${localDir}` : `Did you mean ${join(dirname(path), near)}?`,
  });
}
