import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, extname, join, resolve, sep } from 'node:path';
import type { Metafile } from 'esbuild';
import type { StampedPaths } from './file-stamps.ts';
import { foldersUp } from './folders-up.ts';
import { IRIS_NAMESPACE } from './iris-module.ts';
import { META_NAMESPACE } from './local-scripts.ts';
import { isPathImport, packageNameOf } from './package-name.ts';

/** Namespaces of modules that are no files. */
const MADE_UP = [META_NAMESPACE, IRIS_NAMESPACE];
const MODULES = `${sep}node_modules${sep}`;
const WITH_ATTRIBUTES = / with \{.*\}$/;
const MAX_GLOB_FOLDERS = 200;

/** The files on disk that went into a build. */
export function inputFiles(metafile: Metafile, localDir: string): string[] {
  const names = Object.keys(metafile.inputs).filter(
    (name) => !MADE_UP.some((namespace) => name.startsWith(`${namespace}:`)) && !/^[<(]/.test(name),
  );
  return [...new Set(names.map((name) => resolve(localDir, name.replace(WITH_ATTRIBUTES, ''))))];
}

/**
 * Everything that decides what a build gives: the inputs, the package.json and tsconfig.json that were or could have
 * been read, packages that were not found, and folders of local scripts, where a new file may win over an old one.
 * Not among it: a second copy of a package that appears nearer to the script than the one in use.
 */
export function watchedPaths(metafile: Metafile, localDir: string): StampedPaths {
  const inputs = inputFiles(metafile, localDir);
  const folders = new Set(inputs.map((file) => dirname(file)));
  const local = [...folders].filter((folder) => !`${folder}${sep}`.includes(MODULES));
  const packages = [...folders].filter((folder) => `${folder}${sep}`.includes(MODULES));
  return {
    files: new Set([
      ...inputs,
      ...packages.flatMap(insidePackage).map((folder) => join(folder, 'package.json')),
      ...local.flatMap(manifestsAbove),
      ...missingPackages(metafile, localDir),
    ]),
    folders: new Set([...local, ...globFolders(metafile, localDir)]),
  };
}

/** Folders from `folder` up to the root of the package that it belongs to. */
function insidePackage(folder: string): string[] {
  const up = foldersUp(folder);
  const modules = up.findIndex((parent) => parent.endsWith(`${sep}node_modules`));
  return up.slice(0, modules);
}

function manifestsAbove(folder: string): string[] {
  const up = new Set(foldersUp(folder));
  const configs = [...up].map((parent) => join(parent, 'tsconfig.json'));
  return [
    ...[...up].map((parent) => join(parent, 'package.json')),
    ...configs,
    ...configs.flatMap((file) => extendedBy(file)),
  ];
}

const EXTENDS = /"extends"\s*:\s*("(?:[^"\\]|\\.)*"|\[[^\]]*\])/;
const MAX_EXTENDS = 8;

/** The configurations that a tsconfig builds on. What stands in a comment costs a stamp too many, nothing else. */
function extendedBy(config: string, depth = 0): string[] {
  if (depth === MAX_EXTENDS || !existsSync(config)) return [];
  const [, value = ''] = EXTENDS.exec(readText(config)) ?? [];
  const bases = [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, name = '']) =>
    resolveConfig(config, name),
  );
  return bases.flatMap((base) => (base === undefined ? [] : [base, ...extendedBy(base, depth + 1)]));
}

function resolveConfig(config: string, name: string): string | undefined {
  if (isPathImport(name)) {
    const file = resolve(dirname(config), name);
    return extname(file) === '.json' ? file : `${file}.json`;
  }
  const { resolve: find } = createRequire(config);
  for (const candidate of [name, `${name}.json`, `${name}/tsconfig.json`]) {
    try {
      return find(candidate);
    } catch {
      // The next spelling may be the one.
    }
  }
  return undefined;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Where packages would lie that the script can do without, so that their installation is noticed. */
function missingPackages(metafile: Metafile, localDir: string): string[] {
  return Object.entries(metafile.inputs).flatMap(([input, { imports }]) => {
    const missing = imports.filter(({ external, path }) => external === true && isMissingPackage(path));
    const folders = missing.length === 0 ? [] : foldersUp(dirname(resolve(localDir, input)));
    return missing.flatMap(({ path }) =>
      folders.map((folder) => join(folder, 'node_modules', packageNameOf(path))),
    );
  });
}

function isMissingPackage(path: string): boolean {
  return !isBuiltin(path) && !isPathImport(path) && !/[:<*]/.test(path);
}

/** Folders that an import such as import(`./plugins/${name}.ts`) chooses from. */
function globFolders(metafile: Metafile, localDir: string): string[] {
  return Object.entries(metafile.inputs).flatMap(([input, { imports }]) => {
    const globs = imports.filter(({ external, path }) => external === true && path.includes('*'));
    return globs.flatMap(({ path }) => {
      const fixed = path.slice(0, path.indexOf('*')).replace(/[^/]*$/, '');
      return foldersBelow(resolve(localDir, dirname(input), fixed));
    });
  });
}

function foldersBelow(root: string): string[] {
  const found = [root];
  for (const folder of found) {
    if (found.length >= MAX_GLOB_FOLDERS) break;
    const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
    const inner = entries.filter((entry) => entry.isDirectory() && entry.name !== 'node_modules');
    found.push(...inner.map(({ name }) => join(folder, name)));
  }
  return found.slice(0, MAX_GLOB_FOLDERS);
}
