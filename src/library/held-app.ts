import type { AttachedSandbox, AttachWish } from '../app/attach-tools.ts';
import type { App } from '../app/open-app.ts';
import { packageFiles } from '../app/package-files.ts';
import type { RunParams } from '../contract/daemon-wire.ts';
import type { RunEvent } from '../contract/run-event.ts';
import type { SandboxRow } from '../contract/sandbox-wire.ts';
import { IrisError } from '../core/errors.ts';
import { daemonPaths } from '../daemon/client/paths.ts';
import { variablesOf } from '../daemon/client/reply.ts';
import { closedMeanwhile } from './library-words.ts';
import type { Settings } from './settings.ts';

/** What one run needs besides its parameters. */
export interface HeldRun {
  readonly stdin: AsyncIterable<Buffer> | undefined;
  readonly signal: AbortSignal;
}

type Run = AsyncGenerator<RunEvent, void>;

/** The app of one executor, in this process: opened with the first run, and with an end of its own. */
export class HeldApp implements AsyncDisposable {
  readonly #settings: Settings;
  readonly #distDir: string;
  readonly #closing = new AbortController();
  readonly #runs = new Set<Run>();
  /** The session of each sandbox that was used. */
  readonly #sandboxes = new Map<string, { readonly name: string; readonly isCloud: boolean }>();
  readonly #attached = new Set<AttachedSandbox>();
  #opening: Promise<App> | undefined;
  #closed: Promise<void> | undefined;

  constructor(settings: Settings, distDir: string) {
    this.#settings = settings;
    this.#distDir = distDir;
  }

  /** Aborts when the app is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Opens the app. Throws IRIS_CLOSED after the end. */
  async ready(): Promise<void> {
    await this.#open();
  }

  /** Runs a script, whose events have to be taken. Throws IRIS_CLOSED after the end. */
  async *run(params: RunParams, { stdin, signal }: HeldRun): Run {
    const app = await this.#open();
    const run = app.run(params, {
      stdin,
      signal,
      onSignal: () => undefined,
      confirm: () => Promise.resolve(undefined),
      readEnv: (names) => Promise.resolve(variablesOf(names, this.#settings.env)),
    });
    this.#runs.add(run);
    try {
      for await (const event of run) {
        if (event.type === 'started') this.#remember(event);
        yield event;
      }
      if (this.closing.aborted) throw closedMeanwhile();
    } finally {
      this.#runs.delete(run);
    }
  }

  /** Lets the programs of a sandbox call tools; the way is closed with the app. Throws IRIS_CLOSED after the end. */
  async attach(params: RunParams, wish: AttachWish): Promise<AttachedSandbox> {
    const app = await this.#open();
    const io = {
      confirm: () => Promise.resolve(undefined),
      readEnv: (names: readonly string[]) => Promise.resolve(variablesOf(names, this.#settings.env)),
    };
    const attached = await app.attach(params, io, wish);
    this.#attached.add(attached);
    return attached;
  }

  /** The sandboxes that runs of this app were in and that live. */
  async listSandboxes(): Promise<SandboxRow[]> {
    const app = await this.#open();
    if (this.#sandboxes.size === 0) return [];
    const rows = await app.listSandboxes(this.#settings.caller);
    return rows.filter(({ id }) => this.#sandboxes.has(id));
  }

  /** Ends the sandboxes of that name; tells whether there was one. */
  async closeSandbox(name: string): Promise<boolean> {
    const app = await this.#open();
    const targets = [...this.#sandboxes].filter(([, known]) => known.name === name).map(([id]) => id);
    return await this.#end(app, targets);
  }

  /** Ends everything that runs and every sandbox; a second call waits for the first. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #open(): Promise<App> {
    if (this.#closed !== undefined) {
      throw new IrisError('IRIS_CLOSED', 'This executor was closed', {
        hint: 'Make another one: new IrisCodeExecutor(), or getExecutor().',
      });
    }
    this.#opening ??= openHere(this.#settings, this.#distDir);
    return this.#opening;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    const app = await this.#opening?.catch(() => undefined);
    if (app === undefined) return;
    // One that waits for its reader is ended here; one that waits for its script ends with the signal.
    await Promise.allSettled([...this.#runs].map((run) => run.return()));
    await Promise.allSettled([...this.#attached].map((attached) => attached[Symbol.asyncDispose]()));
    const inCloud = [...this.#sandboxes].filter(([, known]) => known.isCloud).map(([id]) => id);
    // What the cloud does not hear now ends by itself when it was idle.
    await this.#end(app, inCloud).catch(() => false);
    await app[Symbol.asyncDispose]();
  }

  async #end(app: App, targets: readonly string[]): Promise<boolean> {
    if (targets.length === 0) return false;
    const { closed } = await app.closeSandboxes({ ...this.#settings.caller, targets, all: false });
    for (const id of targets) this.#sandboxes.delete(id);
    return closed.length > 0;
  }

  #remember({ sandbox }: Extract<RunEvent, { type: 'started' }>): void {
    this.#sandboxes.set(sandbox.id, { name: sandbox.name, isCloud: sandbox.provider === 'e2b' });
  }
}

/** Loads what is heavy. */
async function openHere({ env, stateDir }: Settings, distDir: string): Promise<App> {
  const { openApp } = await import('../app/open-app.ts');
  const paths = daemonPaths(env, process.getuid?.() ?? 0);
  return openApp({
    stateDir: stateDir ?? paths.stateDir,
    cacheDir: paths.cacheDir,
    ...packageFiles(distDir),
    resumes: false,
    // A program has its own records.
    keepsRuns: false,
    logger: () => undefined,
  });
}
