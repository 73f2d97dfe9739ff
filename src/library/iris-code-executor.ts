import { fileURLToPath } from 'node:url';
import { placeCode, type PlacedCode } from '../app/place-code.ts';
import type { Attached } from './attached.ts';
import type { CodeOptions, ExecutionEvent, ExecutionOptions, ExecutionResult } from './execution.ts';
import type { ExecutorOptions } from './executor-options.ts';
import type { ExecutorSandbox } from './executor-sandbox.ts';
import { followExecution } from './follow-execution.ts';
import { HeldApp } from './held-app.ts';
import { closedMeanwhile, inLibraryWords } from './library-words.ts';
import { linkSignals } from './link-signals.ts';
import { checkCode, toRunParams, toSettings, type Settings } from './settings.ts';
import { toChunks } from './to-chunks.ts';

/** The built files lie around the file that this becomes. */
export const DIST_DIR = fileURLToPath(new URL('..', import.meta.url));

/**
 * Executes TypeScript in isolated sandboxes from within this process, which needs no daemon; everything ends with it.
 *
 * @example
 * import { IrisCodeExecutor } from 'iris-prime/executor';
 * await using executor = new IrisCodeExecutor({ timeoutMs: 30_000 });
 * const result = await executor.executeCode('console.log(6 * 7)', { session: 'ada' });
 * console.log(result.success, result.output, result.executionTime);
 */
export class IrisCodeExecutor implements AsyncDisposable {
  readonly #settings: Settings;
  readonly #app: HeldApp;

  /** Nothing is opened before the first execution. Throws USAGE_INVALID for options that cannot be. */
  constructor(options: ExecutorOptions = {}) {
    this.#settings = toSettings(options, process.env, process.cwd());
    this.#app = new HeldApp(this.#settings, DIST_DIR);
  }

  /**
   * Executes TypeScript and gives what became of it; a script that fails is a result with `success: false`. The code may
   * import files and packages of `cwd`, and the tools from `iris-prime`. Throws `IrisError` when iris itself fails:
   * SCRIPT_INVALID for code that does not parse, IRIS_LIMIT_EXCEEDED for code that is too long, RUN_TIMED_OUT, CANCELLED,
   * SANDBOX_UNAVAILABLE, SANDBOX_LOST, IRIS_CLOSED and the like.
   *
   * @example
   * const { output } = await executor.executeCode("console.log(process.argv[2])", { args: ['hello'] });
   */
  async executeCode(code: string, options: CodeOptions = {}): Promise<ExecutionResult> {
    return await resultOf(this.stream(code, options));
  }

  /** Executes a script file, by its path from `cwd`; otherwise like {@link executeCode}. Throws FILE_NOT_FOUND, too. */
  async executeFile(file: string, options: ExecutionOptions = {}): Promise<ExecutionResult> {
    return await resultOf(this.streamFile(file, options));
  }

  /**
   * Executes TypeScript and gives what happens as it happens, `finished` last. A slow reader slows the script down, and
   * leaving the loop ends it. Throws as {@link executeCode} does.
   *
   * @example
   * for await (const event of executor.stream("console.log('hello')")) {
   *   if (event.type === 'stdout') process.stdout.write(event.data);
   * }
   */
  async *stream(code: string, options: CodeOptions = {}): AsyncGenerator<ExecutionEvent, void> {
    const { maxCodeBytes, caller } = this.#settings;
    checkCode(code, options, maxCodeBytes);
    const place = () => placeCode(code, caller.cwd, options.fileName);
    yield* this.#execute({ place, isGiven: true }, options);
  }

  /** Executes a script file and gives what happens as it happens; otherwise like {@link stream}. */
  async *streamFile(file: string, options: ExecutionOptions = {}): AsyncGenerator<ExecutionEvent, void> {
    const asItLies = { file, [Symbol.asyncDispose]: () => Promise.resolve() };
    yield* this.#execute({ place: () => Promise.resolve(asItLies), isGiven: false }, options);
  }

  /** @internal Lets the programs of a sandbox that iris did not make call tools: see setupIrisSandbox. */
  async attach(
    sandboxId: string,
    { dir, signal }: { readonly dir: string; readonly signal: AbortSignal | undefined },
  ): Promise<Attached> {
    const params = { ...toRunParams(this.#settings, {}), script: '' };
    using linked = linkSignals([signal, this.#app.closing]);
    try {
      return await this.#app.attach(params, { sandboxId, sandboxDir: dir, signal: linked.signal });
    } catch (thrown) {
      throw inLibraryWords(thrown, this.#app.closing.aborted);
    }
  }

  /** The sandboxes of this executor that live, each with its session. */
  async sandboxes(): Promise<ExecutorSandbox[]> {
    const rows = await this.#app.listSandboxes();
    return rows.map(({ id, name, provider, isolation, ageMs, timeLeftMs }) => {
      return { id, session: name, provider, isolation, ageMs, timeLeftMs };
    });
  }

  /** Ends the sandbox of a session with its files and whatever runs in it; tells whether there was one. */
  async closeSandbox(session: string): Promise<boolean> {
    return await this.#app.closeSandbox(session);
  }

  /** Whether it was closed, or is about to be. */
  get isClosed(): boolean {
    return this.#app.closing.aborted;
  }

  /** Ends every execution, sandbox and database of this executor; afterwards each use throws IRIS_CLOSED. */
  async close(): Promise<void> {
    await this.#app[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async *#execute(
    { place, isGiven }: { readonly place: () => Promise<PlacedCode>; readonly isGiven: boolean },
    options: ExecutionOptions,
  ): AsyncGenerator<ExecutionEvent, void> {
    const calledAt = performance.now();
    const { closing } = this.#app;
    using linked = linkSignals([options.signal, closing]);
    try {
      const params = toRunParams(this.#settings, options);
      await this.#app.ready();
      linked.signal.throwIfAborted();
      await using placed = await place();
      const stdin = options.stdin === undefined ? undefined : toChunks(options.stdin);
      // What a program hands over, it knows; what lies in files may be more than it thinks of.
      const flags = { ...params.flags, ...(isGiven && { allowSecretFile: [placed.file] }) };
      const run = this.#app.run({ ...params, flags, script: placed.file }, { stdin, signal: linked.signal });
      yield* followExecution(run, {
        maxOutputBytes: this.#settings.maxOutputBytes,
        calledAt,
        onStarted: async () => await placed[Symbol.asyncDispose](),
      });
    } catch (thrown) {
      throw inLibraryWords(thrown, closing.aborted);
    }
  }
}

async function resultOf(events: AsyncIterable<ExecutionEvent>): Promise<ExecutionResult> {
  for await (const event of events) if (event.type === 'finished') return event.result;
  throw closedMeanwhile();
}
