import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { parse } from 'acorn';
import { resolveLocal } from './resolve-local.ts';
import type { SourcePositions } from './source-positions.ts';
import { loaderFor, type Transpiler } from './transpile.ts';

interface LoadedModule {
  readonly module: vm.Module;
  readonly stamp: string;
  /** The local files that it imports. */
  readonly dependencies: Set<string>;
}

type Namespace = Readonly<Record<string, unknown>>;

/** Imports for cells: packages as Node would, local files as ES modules of TypeScript or JavaScript. */
export class LocalModules {
  readonly #transpiler: Transpiler;
  readonly #positions: SourcePositions;
  readonly #loaded = new Map<string, LoadedModule>();

  constructor(transpiler: Transpiler, positions: SourcePositions) {
    this.#transpiler = transpiler;
    this.#positions = positions;
  }

  /** Imports on behalf of a file. Local files that have changed since, or import such, are evaluated anew. */
  async import(specifier: string, fromFile: string): Promise<Namespace> {
    this.#forgetChanged();
    const module = await this.#moduleFor(specifier, fromFile);
    try {
      if (module.status === 'unlinked')
        await module.link((name, from) => this.#dependency(name, from.identifier));
      await module.evaluate();
    } catch (error) {
      this.#forgetFailed();
      throw error;
    }
    return toNamespace(module.namespace);
  }

  async #dependency(specifier: string, fromFile: string): Promise<vm.Module> {
    const file = resolveLocal(specifier, fromFile);
    if (file !== undefined) this.#loaded.get(fromFile)?.dependencies.add(file);
    return this.#moduleFor(specifier, fromFile);
  }

  async #moduleFor(specifier: string, fromFile: string): Promise<vm.Module> {
    const file = resolveLocal(specifier, fromFile);
    if (file === undefined) return syntheticModule(specifier, await importNatively(specifier, fromFile));
    const known = this.#loaded.get(file);
    if (known) return known.module;
    const stamp = stampOf(file);
    const module = await this.#load(file);
    // Somebody else may have loaded it meanwhile; there must be one.
    const other = this.#loaded.get(file);
    if (other) return other.module;
    this.#loaded.set(file, { module, stamp, dependencies: new Set() });
    return module;
  }

  async #load(file: string): Promise<vm.Module> {
    const loader = loaderFor(file);
    if (loader === undefined && !/\.m?js$/.test(file)) return requiredModule(file);
    const written = await readFile(file, 'utf8');
    if (loader === undefined && file.endsWith('.js') && !isEsModule(written)) return requiredModule(file);
    const code = loader
      ? this.#positions.takeMap(file, await this.#transpiler.transpile({ code: written, name: file, loader }))
      : written;
    return new vm.SourceTextModule(code, {
      identifier: file,
      initializeImportMeta: (meta) => {
        Object.assign(meta, metaOf(file));
      },
      importModuleDynamically: async (specifier) => {
        await this.import(specifier, file);
        return this.#moduleFor(specifier, file);
      },
    });
  }

  #forgetChanged(): void {
    const stale = new Set<string>();
    for (const [file, { stamp }] of this.#loaded) if (stampOf(file) !== stamp) stale.add(file);
    for (let size = -1; size !== stale.size;) {
      size = stale.size;
      for (const [file, { dependencies }] of this.#loaded) {
        if ([...dependencies].some((dependency) => stale.has(dependency))) stale.add(file);
      }
    }
    for (const file of stale) this.#loaded.delete(file);
  }

  /** A module that failed would fail for ever; one that was left half linked, too. */
  #forgetFailed(): void {
    for (const [file, { module }] of this.#loaded)
      if (module.status !== 'evaluated') this.#loaded.delete(file);
  }
}

/** What import.meta holds in a file. */
export function metaOf(file: string): Readonly<Record<string, unknown>> {
  const url = pathToFileURL(file).href;
  return {
    url,
    filename: file,
    dirname: path.dirname(file),
    resolve: (name: string) => new URL(name, url).href,
  };
}

/** Node's own import, as if a script in that place asked for it. */
async function importNatively(specifier: string, fromFile: string): Promise<Namespace> {
  const script = new vm.Script('(specifier) => import(specifier)', {
    filename: fromFile,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const load: unknown = script.runInThisContext();
  if (typeof load !== 'function') throw new TypeError('No importer');
  return toNamespace(await Reflect.apply(load, undefined, [specifier]));
}

/** A CommonJS or JSON file: its own names are exports beside the default one. */
function requiredModule(file: string): vm.Module {
  const require = createRequire(file);
  // This is a first load, or the file has changed since the last one.
  delete require.cache[file];
  const exported: unknown = require(file);
  const names = typeof exported === 'object' && exported !== null ? { ...exported } : {};
  return syntheticModule(file, { ...names, default: exported });
}

function syntheticModule(identifier: string, exported: Namespace): vm.Module {
  const names = Object.keys(exported);
  const module = new vm.SyntheticModule(
    names,
    () => {
      for (const name of names) module.setExport(name, exported[name]);
    },
    { identifier },
  );
  return module;
}

function isEsModule(code: string): boolean {
  try {
    const { body } = parse(code, { ecmaVersion: 2025, sourceType: 'module', allowHashBang: true });
    return body.some(({ type }) => type === 'ImportDeclaration' || type.startsWith('Export'));
  } catch {
    return false;
  }
}

function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs}:${stats.size}:${stats.ino}` : '';
}

function toNamespace(namespace: object): Namespace {
  return Object.assign(Object.create(null), namespace);
}
