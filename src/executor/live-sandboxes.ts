import type { SandboxRef } from '../contract/run-event.ts';
import { newId } from '../core/ids.ts';
import type { CreateOptions, Sandbox, SandboxProvider } from '../sandbox/sandbox.ts';
import { Doubts } from './doubts.ts';
import type { EndpointCache, KnownEndpoint } from '../sandbox/endpoint-cache.ts';
import { findLeft, resumeSandbox, type ResumeAttempt, type ResumeWish } from './resume-sandbox.ts';
import { makeVolumes } from './make-volumes.ts';
import { identityOf, METADATA, notesOf } from './sandbox-metadata.ts';
import type { SandboxWish } from './sandbox-wish.ts';

/** A sandbox that runs may share, with what is known of its content. */
export interface LiveSandbox {
  readonly key: string;
  /** What a later process finds it by; undefined where none may. */
  readonly identity: string | undefined;
  readonly sandbox: Sandbox;
  readonly ref: SandboxRef;
  /** How it came about. */
  readonly origin: SandboxOrigin;
  /** Content-addressed paths that were written and need not be sent again. */
  readonly written: Set<string>;
  endAtMs: number;
  /** The end that somebody asked for: no run brings it nearer. */
  keptUntilMs: number;
  /** Which values of its headers are in place; undefined where that is not known. */
  injectedVersion?: string | undefined;
  /** How many runs it serves now. */
  runs: number;
  /** Settles when the provider was told of the latest `endAtMs`. */
  endMoved: Promise<void>;
}

/** Made anew, perhaps because the one that was there `failure`d, or found again with its files. */
export type SandboxOrigin =
  | {
      readonly type: 'created';
      readonly failure?: string | undefined;
      /** Volumes that were made for it, by name. */
      readonly newVolumes?: readonly string[];
    }
  | { readonly type: 'resumed' };

export interface LiveSandboxesOptions {
  readonly provider: SandboxProvider;
  /** The isolation of a sandbox of this provider, for people. */
  readonly isolationOf: (sandboxId: string) => string;
  /**
   * Who may take up the sandboxes of an earlier process again, told apart from all others who use the same provider.
   * Without one, every name starts with a new sandbox.
   */
  readonly owner?: (() => Promise<string>) | undefined;
  /** Where a later process finds how to reach the sandboxes of this one. */
  readonly endpoints?: EndpointCache | undefined;
  /** What else is noted with each new sandbox. */
  readonly notes?: (() => Promise<Readonly<Record<string, string>>>) | undefined;
}

/** What a sandbox has beyond these is sent again to it. */
const MAX_KNOWN_PATHS = 500;

type FoundSandbox = Pick<LiveSandbox, 'sandbox' | 'origin' | 'endAtMs'> &
  Partial<Pick<LiveSandbox, 'written' | 'keptUntilMs'>>;

/** The sandbox that a run would be given. */
export interface ForeseenSandbox {
  /** In use by this process, left by an earlier one, or still to be made. */
  readonly state: 'live' | 'left' | 'new';
  readonly id: string | undefined;
  readonly isolation: string | undefined;
  /** What it has of what never changes. */
  readonly written: ReadonlySet<string>;
}

const MADE_NEW: ForeseenSandbox = { state: 'new', id: undefined, isolation: undefined, written: new Set() };

/** Remembers which sandbox serves which project and name; a second caller waits for the first one's creation. */
export class LiveSandboxes {
  readonly #options: LiveSandboxesOptions;
  readonly #byKey = new Map<string, Promise<LiveSandbox>>();
  readonly #doubts = new Doubts();

  constructor(options: LiveSandboxesOptions) {
    this.#options = options;
  }

  /** Tells whether `acquire` would have to create one. */
  has(wish: SandboxWish): boolean {
    return wish.name !== undefined && this.#byKey.has(keyOf(wish, wish.name));
  }

  /** Tells which sandbox `acquire` would give, and wakes none up. Throws what listing them throws. */
  async foresee(wish: SandboxWish): Promise<ForeseenSandbox> {
    if (wish.name === undefined) return MADE_NEW;
    const key = keyOf(wish, wish.name);
    await this.#letEnded(key);
    const live = await this.#byKey.get(key)?.catch(() => undefined);
    if (live !== undefined)
      return { state: 'live', id: live.ref.id, isolation: live.ref.isolation, written: live.written };
    const metadata = identityOf(wish.name, wish, await this.#options.owner?.());
    if (metadata[METADATA.owner] === undefined) return MADE_NEW;
    const known = await this.#recall(JSON.stringify(metadata));
    const left = known?.sandbox ?? (await findLeft(this.#options.provider, this.#leftBehind(metadata)));
    if (left === undefined) return MADE_NEW;
    const isolation = this.#options.isolationOf(left.id);
    return { state: 'left', id: left.id, isolation, written: known?.written ?? new Set() };
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

  /** Drops a sandbox that is closed; the next `acquire` makes a new one. */
  async forget(live: LiveSandbox): Promise<void> {
    this.#doubts.add(live.sandbox.id, 'closed');
    await this.#drop(live);
  }

  /** Drops a sandbox that did not answer as it should; the next `acquire` looks what has become of it. */
  async doubt(live: LiveSandbox, doubt: 'gone' | 'unsure'): Promise<void> {
    this.#doubts.add(live.sandbox.id, doubt);
    await this.#drop(live);
  }

  /** It works. */
  trust(live: LiveSandbox): void {
    this.#doubts.clear(live.sandbox.id);
    this.remember(live);
  }

  /** Keeps what is known of it for a later process, unless it is doubted. */
  remember(live: LiveSandbox): void {
    if (live.identity === undefined || this.#doubts.has(live.sandbox.id)) return;
    this.#options.endpoints?.write(live.identity, toKnown(live));
  }

  /** Drops whatever is remembered of `sandboxId`. */
  async forgetId(sandboxId: string): Promise<void> {
    this.#doubts.add(sandboxId, 'closed');
    await this.release(sandboxId);
  }

  /** Lets go of a sandbox that lives on: the next `acquire` looks for it again. */
  async release(sandboxId: string): Promise<void> {
    for (const [key, creation] of this.#byKey) {
      const live = await creation.catch(() => undefined);
      if (live?.sandbox.id === sandboxId) this.#byKey.delete(key);
    }
    this.#options.endpoints?.remove(sandboxId);
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
    const metadata = identityOf(name, wish, await this.#options.owner?.());
    const isShared = wish.name !== undefined && metadata[METADATA.owner] !== undefined;
    const identity = isShared ? JSON.stringify(metadata) : undefined;
    const known = await this.#recall(identity);
    const found = known ?? (await this.#resumeOrCreate(wish, metadata, isShared));
    return {
      key,
      identity,
      ref: { id: found.sandbox.id, name, provider: provider.kind, isolation: isolationOf(found.sandbox.id) },
      written: new Set(),
      keptUntilMs: 0,
      injectedVersion: found.origin.type === 'created' ? wish.injected?.version : undefined,
      runs: 0,
      endMoved: Promise.resolve(),
      ...found,
    };
  }

  /** Needs no request: whether it lives still shows when it is used. */
  async #recall(identity: string | undefined): Promise<FoundSandbox | undefined> {
    const known = identity === undefined ? undefined : await this.#options.endpoints?.read(identity);
    if (known === undefined || this.#doubts.has(known.sandboxId)) return undefined;
    const { sandboxId, url, headers, endAtMs, keptUntilMs, written } = known;
    return {
      sandbox: { id: sandboxId, endpoint: { sandboxId, url, headers } },
      origin: { type: 'resumed' },
      written: new Set(written),
      endAtMs,
      keptUntilMs,
    };
  }

  async #resumeOrCreate(
    wish: SandboxWish,
    metadata: CreateOptions['metadata'],
    isShared: boolean,
  ): Promise<FoundSandbox> {
    const { provider } = this.#options;
    const { resumed, failure } = isShared ? await this.#resume(wish, metadata) : {};
    if (resumed !== undefined) return { ...resumed, origin: { type: 'resumed' } };
    const newVolumes = await makeVolumes(provider, wish.volumes);
    const sandbox = await provider.create(await this.#creationOf(wish, metadata, isShared));
    const origin = { type: 'created', failure, ...(newVolumes.length > 0 && { newVolumes }) } as const;
    return { sandbox, endAtMs: Date.now() + sandbox.grantedMs, origin };
  }

  async #creationOf(
    wish: SandboxWish,
    identity: CreateOptions['metadata'],
    isShared: boolean,
  ): Promise<CreateOptions> {
    return {
      metadata: { ...(await this.#options.notes?.()), ...notesOf(wish), ...identity },
      timeoutMs: wish.lifetimeMs,
      // Nobody would wake up what no run can come back to.
      onTimeout: isShared ? wish.onTimeout : 'close',
      template: wish.template,
      volumes: wish.volumes,
      allowInternetAccess: wish.hasNetwork,
      reach: wish.reach,
      injected: wish.injected,
    };
  }

  async #resume(wish: SandboxWish, metadata: CreateOptions['metadata']): Promise<ResumeAttempt> {
    return await resumeSandbox(this.#options.provider, {
      ...this.#leftBehind(metadata),
      timeoutMs: wish.lifetimeMs,
    });
  }

  #leftBehind(metadata: CreateOptions['metadata']): Omit<ResumeWish, 'timeoutMs'> {
    return { metadata, isUsable: (listing) => this.#doubts.allow(listing) };
  }

  async #drop(live: LiveSandbox): Promise<void> {
    this.#options.endpoints?.remove(live.sandbox.id);
    const current = await this.#byKey.get(live.key)?.catch(() => undefined);
    if (current === live) this.#byKey.delete(live.key);
  }
}

function keyOf(wish: SandboxWish, name: string): string {
  return JSON.stringify(identityOf(name, wish, undefined));
}

function toKnown({ sandbox, endAtMs, keptUntilMs, written }: LiveSandbox): KnownEndpoint {
  return { ...sandbox.endpoint, endAtMs, keptUntilMs, written: [...written].slice(-MAX_KNOWN_PATHS) };
}
