import type { SandboxRef } from '../contract/run-event.ts';
import { newId } from '../core/ids.ts';
import type { CreateOptions, Sandbox, SandboxProvider } from '../sandbox/sandbox.ts';
import { resumeSandbox, type ResumeAttempt } from './resume-sandbox.ts';
import { identityOf, METADATA, notesOf } from './sandbox-metadata.ts';
import type { SandboxWish } from './sandbox-wish.ts';

/** How many sandboxes are remembered as given up; they are gone long before so many have followed. */
const MAX_FORGOTTEN = 1000;

/** A sandbox that runs may share, with what is known of its content. */
export interface LiveSandbox {
  readonly key: string;
  readonly sandbox: Sandbox;
  readonly ref: SandboxRef;
  /** How it came about. */
  readonly origin: SandboxOrigin;
  /** Content-addressed paths that were written and need not be sent again. */
  readonly written: Set<string>;
  endAtMs: number;
  /** The end that somebody asked for: no run brings it nearer. */
  keptUntilMs: number;
  /** How many runs it serves now. */
  runs: number;
  /** Settles when the provider was told of the latest `endAtMs`. */
  endMoved: Promise<void>;
}

/** Made anew, perhaps because the one that was there `failure`d, or found again with its files. */
export type SandboxOrigin =
  { readonly type: 'created'; readonly failure?: string | undefined } | { readonly type: 'resumed' };

export interface LiveSandboxesOptions {
  readonly provider: SandboxProvider;
  /** The isolation of a sandbox of this provider, for people. */
  readonly isolationOf: (sandboxId: string) => string;
  /**
   * Who may take up the sandboxes of an earlier process again, told apart from all others who use the same provider.
   * Without one, every name starts with a new sandbox.
   */
  readonly owner?: (() => Promise<string>) | undefined;
  /** What else is noted with each new sandbox. */
  readonly notes?: (() => Promise<Readonly<Record<string, string>>>) | undefined;
}

/** Remembers which sandbox serves which project and name; a second caller waits for the first one's creation. */
export class LiveSandboxes {
  readonly #options: LiveSandboxesOptions;
  readonly #byKey = new Map<string, Promise<LiveSandbox>>();
  readonly #forgotten = new Set<string>();

  constructor(options: LiveSandboxesOptions) {
    this.#options = options;
  }

  /** Tells whether `acquire` would have to create one. */
  has(wish: SandboxWish): boolean {
    return wish.name !== undefined && this.#byKey.has(keyOf(wish, wish.name));
  }

  /** Returns the live sandbox of that name, resumes the one that an earlier process left, or creates it. */
  async acquire(wish: SandboxWish): Promise<LiveSandbox> {
    const name = wish.name ?? `new-${newId('').slice(-8)}`;
    const key = keyOf(wish, name);
    await this.#letEnded(key);
    const known = this.#byKey.get(key);
    if (known !== undefined) return await known;
    // Stored before anything is awaited after the look, so that callers at the same moment share one creation.
    const creation = this.#create(key, name, wish);
    this.#byKey.set(key, creation);
    try {
      return await creation;
    } catch (thrown) {
      this.#byKey.delete(key);
      throw thrown;
    }
  }

  /** Drops a sandbox that turned out to be gone; the next `acquire` makes a new one. */
  async forget(live: LiveSandbox): Promise<void> {
    this.#giveUp(live.sandbox.id);
    const current = await this.#byKey.get(live.key)?.catch(() => undefined);
    if (current === live) this.#byKey.delete(live.key);
  }

  /** Drops whatever is remembered of `sandboxId`. */
  async forgetId(sandboxId: string): Promise<void> {
    this.#giveUp(sandboxId);
    await this.release(sandboxId);
  }

  /** Lets go of a sandbox that lives on: the next `acquire` looks for it again. */
  async release(sandboxId: string): Promise<void> {
    for (const [key, creation] of this.#byKey) {
      const live = await creation.catch(() => undefined);
      if (live?.sandbox.id === sandboxId) this.#byKey.delete(key);
    }
  }

  /** The sandbox of this id, where this process uses it. */
  async find(sandboxId: string): Promise<LiveSandbox | undefined> {
    const all = await Promise.all([...this.#byKey.values()].map((live) => live.catch(() => undefined)));
    return all.find((live) => live?.sandbox.id === sandboxId);
  }

  /** One whose time is over may be paused: it is looked for again, instead of taken for lost. */
  async #letEnded(key: string): Promise<void> {
    const known = this.#byKey.get(key);
    const live = await known?.catch(() => undefined);
    if (live === undefined || live.runs > 0 || live.endAtMs > Date.now()) return;
    if (this.#byKey.get(key) === known) this.#byKey.delete(key);
  }

  async #create(key: string, name: string, wish: SandboxWish): Promise<LiveSandbox> {
    const { provider, isolationOf } = this.#options;
    const identity = identityOf(name, wish, await this.#options.owner?.());
    const { resumed, failure } = await this.#resume(wish, identity);
    const sandbox = resumed?.sandbox ?? (await provider.create(await this.#creationOf(wish, identity)));
    return {
      key,
      sandbox,
      ref: { id: sandbox.id, name, provider: provider.kind, isolation: isolationOf(sandbox.id) },
      origin: resumed === undefined ? { type: 'created', failure } : { type: 'resumed' },
      written: new Set(),
      endAtMs: resumed?.endAtMs ?? Date.now() + wish.lifetimeMs,
      keptUntilMs: 0,
      runs: 0,
      endMoved: Promise.resolve(),
    };
  }

  async #creationOf(wish: SandboxWish, identity: CreateOptions['metadata']): Promise<CreateOptions> {
    return {
      metadata: { ...(await this.#options.notes?.()), ...notesOf(wish), ...identity },
      timeoutMs: wish.lifetimeMs,
      // Nobody would wake up what no run can come back to.
      onTimeout: wish.name === undefined || identity[METADATA.owner] === undefined ? 'close' : wish.onTimeout,
      allowInternetAccess: wish.hasNetwork,
    };
  }

  async #resume(wish: SandboxWish, metadata: CreateOptions['metadata']): Promise<ResumeAttempt> {
    if (wish.name === undefined || metadata[METADATA.owner] === undefined) return {};
    const isForgotten = (id: string): boolean => this.#forgotten.has(id);
    return await resumeSandbox(this.#options.provider, {
      metadata,
      timeoutMs: wish.lifetimeMs,
      isForgotten,
    });
  }

  /** What was given up may still be listed for a while. */
  #giveUp(sandboxId: string): void {
    this.#forgotten.add(sandboxId);
    for (const oldest of this.#forgotten) {
      if (this.#forgotten.size <= MAX_FORGOTTEN) break;
      this.#forgotten.delete(oldest);
    }
  }
}

function keyOf({ project, hasNetwork }: SandboxWish, name: string): string {
  return `${name}\0${hasNetwork}\0${project}`;
}
