import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { CodeContext } from './code-context.ts';
import { InterpreterFailure } from './interpreter-failure.ts';
import type { Language } from './languages.ts';
import { startKernel, type KernelFiles } from './start-kernel.ts';

export interface ContextTableOptions {
  readonly files: KernelFiles;
  readonly home: string;
  /** The absolute path that a client means. Throws when it is none. */
  readonly resolvePath: (given: string) => string;
  /** The environment of a new process. */
  readonly environment: () => Readonly<Record<string, string>>;
}

const MAX_CONTEXTS = 32;
const STATUS_TOO_MANY = 429;
/** The contexts that are there from the beginning; a kernel starts with the first cell. */
const FIRST_DEFAULTS: readonly Language[] = ['python', 'javascript'];

/** All contexts of one sandbox: those that clients made and a default one for each language. */
export class ContextTable {
  readonly #options: ContextTableOptions;
  readonly #contexts = new Map<string, CodeContext>();
  readonly #defaults = new Map<Language, string>();

  constructor(options: ContextTableOptions) {
    this.#options = options;
    for (const language of FIRST_DEFAULTS) this.defaultFor(language);
  }

  /** Throws InterpreterFailure for a directory that does not exist, or when there are too many. */
  create(language: Language, cwd?: string): CodeContext {
    if (this.#contexts.size >= MAX_CONTEXTS) {
      throw new InterpreterFailure(
        STATUS_TOO_MANY,
        `There are ${MAX_CONTEXTS} contexts already; remove one first`,
      );
    }
    const { files, home, environment } = this.#options;
    const place = cwd === undefined || cwd === '' ? home : this.#existingDirectory(cwd);
    const context = new CodeContext({
      id: randomUUID(),
      language,
      cwd: place,
      startKernel: () => startKernel(language, files, { cwd: place, env: environment() }),
    });
    this.#contexts.set(context.id, context);
    return context;
  }

  /** The context of cells that name none. */
  defaultFor(language: Language): CodeContext {
    const known = this.#contexts.get(this.#defaults.get(language) ?? '');
    if (known) return known;
    const created = this.create(language);
    this.#defaults.set(language, created.id);
    return created;
  }

  /** Throws InterpreterFailure when there is none of that id. */
  get(id: string): CodeContext {
    const context = this.#contexts.get(id);
    if (!context) throw new InterpreterFailure(404, `Context ${id.slice(0, 80)} not found`);
    return context;
  }

  remove(id: string): void {
    this.get(id).close();
    this.#contexts.delete(id);
  }

  list(): CodeContext[] {
    return [...this.#contexts.values()];
  }

  close(): void {
    for (const context of this.list()) context.close();
  }

  #existingDirectory(given: string): string {
    const directory = this.#resolve(given);
    const stats = statSync(directory, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return directory;
    throw new InterpreterFailure(
      400,
      `cwd '${directory}' ${stats ? 'is not a directory' : 'does not exist'}`,
    );
  }

  #resolve(given: string): string {
    try {
      return this.#options.resolvePath(given);
    } catch (cause) {
      throw new InterpreterFailure(400, cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }
}
