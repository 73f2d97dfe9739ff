import type * as Esbuild from 'esbuild';
import { toBundleError } from './bundle-error.ts';
import { esbuildOptions, sourceMapBase } from './esbuild-options.ts';
import { isFailedBuild } from './failed-build.ts';
import type { LocalTexts } from './local-scripts.ts';
import type { ScriptPlace } from './script-place.ts';
import { inlineSourceMap } from './source-map.ts';

/** What one build gives, before anything is kept of it. */
export interface Build {
  readonly code: Buffer;
  readonly metafile: Esbuild.Metafile;
  readonly warnings: readonly Esbuild.Message[];
}

type Options = ReturnType<typeof esbuildOptions>;

interface Incremental {
  readonly context: Promise<Esbuild.BuildContext<Options>>;
  readonly texts: LocalTexts;
  building: number;
}

/** Each holds the parsed packages of one script in esbuild's memory. */
const MAX_CONTEXTS = 4;

/** The esbuild service with its incremental builds; it starts with the first build and ends on disposal. */
export class EsbuildSession implements AsyncDisposable {
  readonly #incremental = new Map<string, Incremental>();
  readonly #wrapperFile: string | undefined;
  #esbuild: Promise<typeof Esbuild> | undefined;
  /** Counts the services that were replaced. */
  #services = 0;
  #isClosed = false;

  constructor(wrapperFile?: string) {
    this.#wrapperFile = wrapperFile;
  }

  /** Loads esbuild and starts its process. */
  async warmUp(): Promise<void> {
    const esbuild = await this.#load();
    await esbuild.transform('', { logLevel: 'silent' });
  }

  /** Builds anew what changed since the last build of the same script. Throws SCRIPT_INVALID. */
  async build(place: ScriptPlace): Promise<Build> {
    const services = this.#services;
    try {
      return await this.#buildOnce(place);
    } catch (thrown) {
      if (this.#isClosed || !isServiceGone(thrown)) throw thrown;
    }
    await this.#replaceService(services);
    return await this.#buildOnce(place);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const contexts = [...this.#incremental.values()].map(({ context }) => context);
    this.#incremental.clear();
    await Promise.allSettled(contexts.map(async (context) => (await context).dispose()));
    const esbuild = await this.#esbuild?.catch(() => undefined);
    await esbuild?.stop();
  }

  /** Makes way for a new service, unless another build has done so since the service that failed. */
  async #replaceService(failed: number): Promise<void> {
    const esbuild = await this.#load();
    if (this.#services !== failed) return;
    this.#services += 1;
    // A new one knows nothing of the old one's contexts, and esbuild starts it only when told that the old one ended.
    this.#incremental.clear();
    await esbuild.stop();
  }

  async #buildOnce(place: ScriptPlace): Promise<Build> {
    const incremental = this.#acquire(place);
    incremental.building += 1;
    try {
      const result = await (await incremental.context).rebuild();
      const [map, code] = result.outputFiles;
      const mapComment = inlineSourceMap({
        json: map?.text ?? '',
        baseDir: sourceMapBase(place),
        texts: incremental.texts,
      });
      return {
        code: Buffer.concat([code?.contents ?? new Uint8Array(), mapComment]),
        metafile: result.metafile,
        warnings: result.warnings,
      };
    } catch (thrown) {
      if (isFailedBuild(thrown)) throw await toBundleError(thrown, place, incremental.texts);
      throw thrown;
    } finally {
      incremental.building -= 1;
      await this.#evict();
    }
  }

  #acquire(place: ScriptPlace): Incremental {
    const key = JSON.stringify(place);
    const known = this.#incremental.get(key);
    this.#incremental.delete(key);
    const incremental = known ?? this.#open(place);
    // Kept in the order of use: the first is the one that waited longest.
    this.#incremental.set(key, incremental);
    return incremental;
  }

  #open(place: ScriptPlace): Incremental {
    const texts: LocalTexts = new Map();
    const context = this.#load().then((esbuild) =>
      esbuild.context(esbuildOptions(place, texts, this.#wrapperFile)),
    );
    return { context, texts, building: 0 };
  }

  #load(): Promise<typeof Esbuild> {
    this.#esbuild ??= import('esbuild');
    return this.#esbuild;
  }

  async #evict(): Promise<void> {
    for (const [key, incremental] of this.#incremental) {
      if (this.#incremental.size <= MAX_CONTEXTS) return;
      if (incremental.building > 0) continue;
      this.#incremental.delete(key);
      await (await incremental.context).dispose();
    }
  }
}

function isServiceGone(thrown: unknown): boolean {
  return thrown instanceof Error && /The service (?:was stopped|is no longer running)/.test(thrown.message);
}
