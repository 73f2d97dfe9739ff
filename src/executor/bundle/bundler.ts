import { createHash } from 'node:crypto';
import { BUILD } from '../../core/version.ts';
import { cancelled, orCancelled } from '../or-cancelled.ts';
import type { Bundle, Bundler, BundleRequest } from './bundle.ts';
import { toWarning } from './bundle-error.ts';
import { BundleMemory } from './bundle-memory.ts';
import { BundleStore } from './bundle-store.ts';
import { checkScript } from './check-script.ts';
import { EsbuildSession } from './esbuild-session.ts';
import { areFresh, areSettled, takeStamps } from './file-stamps.ts';
import { findSuspects } from './find-suspects.ts';
import { importTree, type ImportTree } from './import-tree.ts';
import { importsIris } from './iris-module.ts';
import type { KeptBundle } from './kept-bundle.ts';
import { toBundleName } from './script-place.ts';
import { inputFiles, watchedPaths } from './watched-paths.ts';

export type { Bundle, Bundler } from './bundle.ts';

export interface BundlerOptions {
  /** The built client that scripts import as iris-prime; without it they cannot. */
  readonly wrapperFile?: string | undefined;
  /** Where bundles outlive the process; without it they do not. */
  readonly cacheDir?: string | undefined;
  /** @default 32 */
  readonly maxEntries?: number | undefined;
}

const MAX_MEMORY_BYTES = 64 * 1024 * 1024;
const MAX_STORE_BYTES = 128 * 1024 * 1024;
const MAX_WARNINGS = 10;

/** Opens a bundler. Everything that is costly starts with the first bundle. */
export function openBundler({ wrapperFile, cacheDir, maxEntries = 32 }: BundlerOptions = {}): Bundler {
  const memory = new BundleMemory({ maxEntries, maxBytes: MAX_MEMORY_BYTES });
  const store =
    cacheDir === undefined ? undefined : new BundleStore({ directory: cacheDir, maxBytes: MAX_STORE_BYTES });
  return new CachingBundler(new EsbuildSession(wrapperFile), memory, store);
}

class CachingBundler implements Bundler {
  readonly #session: EsbuildSession;
  readonly #memory: BundleMemory;
  readonly #store: BundleStore | undefined;
  readonly #making = new Map<string, Promise<KeptBundle>>();

  constructor(session: EsbuildSession, memory: BundleMemory, store: BundleStore | undefined) {
    this.#session = session;
    this.#memory = memory;
    this.#store = store;
  }

  async bundle(request: BundleRequest): Promise<Bundle> {
    throwIfCancelled(request.signal);
    const key = keyOf(request);
    const kept = this.#memory.get(key);
    if (kept !== undefined && areFresh(kept.stamps)) return kept.bundle;
    return await orCancelled(this.#share(key, request), request.signal);
  }

  async explain(request: BundleRequest): Promise<ImportTree> {
    throwIfCancelled(request.signal);
    const explaining = checkScript(request).then(async (place) =>
      importTree((await this.#session.build(place)).metafile, place.localDir),
    );
    return await orCancelled(explaining, request.signal);
  }

  warmUp(): Promise<void> {
    return this.#session.warmUp();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
    await Promise.allSettled(this.#making.values());
    await this.#store?.settle();
  }

  /** Callers at the same moment share one build, unless a file changed since that build read it. */
  async #share(key: string, request: BundleRequest): Promise<Bundle> {
    const running = this.#making.get(key);
    if (running !== undefined) {
      const { bundle, stamps } = await running;
      // One that was not kept may lack an edit that came while it was made.
      if (this.#memory.get(key)?.bundle === bundle && areFresh(stamps)) return bundle;
    }
    const making = this.#making.get(key) ?? this.#make(key, request);
    return (await making).bundle;
  }

  #make(key: string, request: BundleRequest): Promise<KeptBundle> {
    // Stored before the first await, so that callers at the same moment find it.
    const making = this.#restoreOrBuild(key, request).finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    return making;
  }

  async #restoreOrBuild(key: string, request: BundleRequest): Promise<KeptBundle> {
    const stored = this.#memory.get(key) === undefined ? await this.#store?.read(key) : undefined;
    if (stored !== undefined && areFresh(stored.stamps)) {
      this.#memory.set(key, stored);
      return stored;
    }
    const startedAtMs = Date.now();
    const built = await this.#build(request);
    // A file that changed while esbuild read it may look older than it is: such a bundle is not kept.
    if (!areSettled(built.stamps, startedAtMs)) {
      this.#memory.delete(key);
      return built;
    }
    this.#memory.set(key, built);
    this.#store?.write(key, built);
    return built;
  }

  async #build(request: BundleRequest): Promise<KeptBundle> {
    const place = await checkScript(request);
    const { code, metafile, warnings } = await this.#session.build(place);
    const { files, folders } = watchedPaths(metafile, place.localDir);
    const inputs = inputFiles(metafile, place.localDir);
    const bundle = {
      fileName: toBundleName(request.scriptFile),
      code,
      sha256: createHash('sha256').update(code).digest('hex'),
      inputs,
      callsTools: importsIris(metafile),
      suspects: await findSuspects(inputs),
      warnings: warnings.slice(0, MAX_WARNINGS).map((warning) => toWarning(warning, place)),
    };
    return { bundle, stamps: takeStamps({ files: [request.scriptFile, ...files], folders }) };
  }
}

function keyOf({ scriptFile, localDir, sandboxDir, servers = [], externals = [] }: BundleRequest): string {
  return JSON.stringify([BUILD, scriptFile, localDir, sandboxDir, servers, externals]);
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled(signal);
}
