import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { suggest } from '../../core/suggest.ts';
import { foldersUp } from './folders-up.ts';
import { isPathImport, packageNameOf } from './package-name.ts';
import { isScriptExtension } from './script-place.ts';

export interface MissingImport {
  /** What the script asks for, as written. */
  readonly specifier: string;
  /** Folder of the file that asks for it. */
  readonly folder: string;
  /** The place of the import, for people. */
  readonly importedBy: string;
  /** What esbuild says about it. */
  readonly note: string | undefined;
}

/** What went wrong and what to do next. */
export interface Explained {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Explains an import that leads nowhere. */
export async function explainMissingImport(missing: MissingImport): Promise<Explained> {
  const { specifier, folder, importedBy, note } = missing;
  const by = importedBy === '' ? '' : `, imported by ${importedBy}`;
  if (isPathImport(specifier)) {
    return { message: `Cannot find '${specifier}'${by}`, hint: await nearFiles(folder, specifier) };
  }
  const foreign = foreignHint(specifier);
  if (foreign !== undefined) return { message: `Cannot resolve '${specifier}'${by}`, hint: foreign };
  const alias = await aliasHint(folder, specifier);
  if (alias !== undefined) return { message: `Cannot resolve '${specifier}'${by}`, hint: alias };
  const name = packageNameOf(specifier);
  if (foldersUp(folder).some((parent) => existsSync(join(parent, 'node_modules', name)))) {
    const hint = note ?? `Package '${name}' is installed but does not offer this path.`;
    return { message: `Cannot resolve '${specifier}'${by}`, hint };
  }
  return { message: `Cannot find package '${name}'${by}`, hint: await installHint(folder, name) };
}

/** Imports that only look like packages. */
function foreignHint(specifier: string): string | undefined {
  const [, scheme, rest] = /^([a-z]+):(.+)$/.exec(specifier) ?? [];
  if (scheme === 'npm' || scheme === 'jsr') {
    return `Node has no '${scheme}:' imports: install the package and import '${rest?.replace(/(.)@.*$/, '$1') ?? ''}'.`;
  }
  if (scheme !== undefined) return `Node has no '${scheme}:' modules.`;
  if (specifier.startsWith('#')) return `Add '${specifier}' to "imports" in package.json.`;
  if (/^[@~$]?\//.test(specifier) || specifier.startsWith('~')) {
    return `If it is a path alias, add it to compilerOptions.paths in the tsconfig.json next to the script or above.`;
  }
  return undefined;
}

/** A path alias of a tsconfig.json that matches and leads nowhere. Its text is searched, as it may hold comments. */
async function aliasHint(folder: string, specifier: string): Promise<string | undefined> {
  const prefix = `"${specifier.slice(0, specifier.indexOf('/') + 1)}`;
  if (prefix.length < 3) return undefined;
  for (const parent of foldersUp(folder)) {
    const file = join(parent, 'tsconfig.json');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    return text.includes(prefix) ? `${file} maps it to a file that is not there.` : undefined;
  }
  return undefined;
}

async function installHint(folder: string, name: string): Promise<string> {
  const near = suggest(name, [...(await installedPackages(folder)), ...builtinModules]);
  const install = `${installCommand(folder)} ${name}`;
  return near === undefined
    ? `Install it: ${install}`
    : `Did you mean '${near}'? Otherwise install it: ${install}`;
}

async function installedPackages(folder: string): Promise<string[]> {
  const roots = foldersUp(folder).map((parent) => join(parent, 'node_modules'));
  const names = await Promise.all(roots.map((root) => listFolder(root)));
  const scoped = roots.flatMap((root, index) =>
    (names[index] ?? [])
      .filter((name) => name.startsWith('@'))
      .map(async (scope) => {
        const members = await listFolder(join(root, scope));
        return members.map((member) => `${scope}/${member}`);
      }),
  );
  return [...names.flat(), ...(await Promise.all(scoped)).flat()].filter((name) => /^[^.]/.test(name));
}

const LOCKS = [
  ['pnpm-lock.yaml', 'pnpm add'],
  ['yarn.lock', 'yarn add'],
  ['bun.lock', 'bun add'],
  ['bun.lockb', 'bun add'],
  ['package-lock.json', 'npm install'],
] as const;

function installCommand(folder: string): string {
  for (const parent of foldersUp(folder)) {
    const lock = LOCKS.find(([name]) => existsSync(join(parent, name)));
    if (lock !== undefined) return lock[1];
  }
  return 'npm install';
}

async function nearFiles(folder: string, specifier: string): Promise<string | undefined> {
  const wanted = resolve(folder, specifier);
  if (await isFolder(wanted)) {
    const scripts = onlyScripts(await listFolder(wanted));
    return scripts[0] === undefined
      ? 'It is a folder without scripts.'
      : `It is a folder without an index file. Did you mean '${specifier.replace(/\/$/, '')}/${scripts[0]}'?`;
  }
  const parent = specifier.includes('/') ? specifier.slice(0, specifier.lastIndexOf('/') + 1) : './';
  const names = await listFolder(dirname(wanted));
  const near = nearestName(basename(wanted), names);
  if (near !== undefined) return `Did you mean '${parent}${near}'?`;
  const scripts = onlyScripts(names);
  if (scripts.length === 0) return undefined;
  return `Files in ${parent}: ${scripts.slice(0, 5).join(', ')}${scripts.length > 5 ? ', …' : ''}`;
}

/** Compares with and without the extension, so that './hepler' finds helper.ts. */
function nearestName(wanted: string, names: readonly string[]): string | undefined {
  const whole = suggest(wanted, names);
  if (whole !== undefined) return whole;
  const stem = suggest(stemOf(wanted), names.map(stemOf));
  return names.find((name) => stemOf(name) === stem);
}

function stemOf(name: string): string {
  return basename(name, extname(name));
}

function onlyScripts(names: readonly string[]): string[] {
  return names.filter((name) => isScriptExtension(extname(name)) && !name.endsWith('.d.ts'));
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

async function listFolder(folder: string): Promise<string[]> {
  const names: string[] = await readdir(folder).catch(() => []);
  return names.toSorted();
}
