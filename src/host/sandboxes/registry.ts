import { IrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { SandboxHome } from '../isolation/launch/launcher.ts';
import type { KnownSandbox } from './known-sandbox.ts';
import type { LiveSandbox, SandboxSpec } from './live-sandbox.ts';
import type { SandboxStarter } from './sandbox-starter.ts';
import type { SandboxStore, StoredSandbox } from './sandbox-store.ts';
import { Turns } from './turns.ts';

/** A bound on what one machine is asked to carry; E2B's own tiers have one, too. */
const MAX_LIVE_SANDBOXES = 64;
/** Frozen processes take no time, but they hold their memory. */
const MAX_PAUSED_SANDBOXES = 64;

export interface ResumeOptions {
  readonly timeoutMs: number;
  /** False starts it anew from its files. */
  readonly keepsMemory: boolean;
  readonly signal: AbortSignal;
}

export interface Resumed {
  readonly sandbox: LiveSandbox;
  readonly wasPaused: boolean;
}

interface RegistryOptions {
  readonly starter: SandboxStarter;
  /** Without one, nothing outlives its processes. */
  readonly store?: SandboxStore | undefined;
  readonly maxLive?: number | undefined;
  readonly maxPaused?: number | undefined;
  readonly logger: Logger;
}

/**
 * All sandboxes of one host: those with processes, running or frozen, those that are dormant, of which there are files
 * alone, and those that are just being started or ended.
 */
export class SandboxRegistry implements AsyncDisposable {
  readonly #options: RegistryOptions;
  readonly #maxLive: number;
  readonly #maxPaused: number;
  readonly #live = new Map<string, LiveSandbox>();
  readonly #dormant = new Map<string, StoredSandbox>();
  readonly #starting = new Set<Promise<LiveSandbox>>();
  readonly #ending = new Set<Promise<void>>();
  readonly #turns = new Turns();
  readonly #closing = new AbortController();

  private constructor(options: RegistryOptions) {
    this.#options = options;
    this.#maxLive = options.maxLive ?? MAX_LIVE_SANDBOXES;
    this.#maxPaused = options.maxPaused ?? MAX_PAUSED_SANDBOXES;
  }

  /** Opens a registry with the sandboxes that its store still has; they are paused. */
  static async open(options: RegistryOptions): Promise<SandboxRegistry> {
    const registry = new SandboxRegistry(options);
    for (const sandbox of (await options.store?.recover()) ?? []) registry.#dormant.set(sandbox.id, sandbox);
    return registry;
  }

  /** How many sandboxes would lose processes if this process ended. */
  get liveCount(): number {
    return this.#live.size;
  }

  /** A sandbox that runs. */
  get(sandboxId: string): LiveSandbox | undefined {
    const sandbox = this.#live.get(sandboxId);
    return sandbox?.isPaused === false ? sandbox : undefined;
  }

  /** Every sandbox that runs. */
  all(): LiveSandbox[] {
    return [...this.#live.values()].filter((sandbox) => !sandbox.isPaused);
  }

  /** A sandbox that runs or is paused. */
  find(sandboxId: string): KnownSandbox | undefined {
    return this.#live.get(sandboxId) ?? this.#dormant.get(sandboxId);
  }

  /** Every sandbox that runs or is paused. */
  known(): KnownSandbox[] {
    return [...this.#live.values(), ...this.#dormant.values()];
  }

  /**
   * Starts a sandbox, with a copy of the home `template` if there is one. Throws RATE_LIMITED when too many run,
   * SANDBOX_UNAVAILABLE when it does not start.
   */
  async create(spec: SandboxSpec, signal: AbortSignal, template?: SandboxHome): Promise<LiveSandbox> {
    const beganAtMs = Date.now();
    const sandbox = await this.#start(signal, (inner) =>
      this.#options.starter.create({ spec, template }, inner),
    );
    await this.#save(sandbox);
    this.#options.logger('sandbox.created', {
      id: sandbox.id,
      rung: sandbox.rung,
      ms: Date.now() - beganAtMs,
    });
    return sandbox;
  }

  /**
   * Pauses a sandbox; false when it is paused already. Without its memory, its processes end and its files stay,
   * where the machine keeps homes on disk. Throws SANDBOX_NOT_FOUND, and RATE_LIMITED when too many are paused.
   */
  pause(sandboxId: string, { keepsMemory }: { readonly keepsMemory: boolean }): Promise<boolean> {
    return this.#turns.take(sandboxId, async () => {
      const sandbox = this.#live.get(sandboxId);
      if (this.find(sandboxId)?.state === 'paused') return false;
      if (sandbox === undefined) throw unknown(sandboxId);
      if (this.known().length - this.all().length >= this.#maxPaused) {
        throw new IrisError('RATE_LIMITED', `There are ${this.#maxPaused} paused sandboxes already`);
      }
      await this.#pauseNow(sandbox, keepsMemory);
      return true;
    });
  }

  /** Wakes a paused sandbox up; one that runs stays as it is. Throws SANDBOX_NOT_FOUND and RATE_LIMITED. */
  resume(sandboxId: string, options: ResumeOptions): Promise<Resumed> {
    return this.#turns.take(sandboxId, async () => {
      const running = this.get(sandboxId);
      if (running) return { sandbox: running, wasPaused: false };
      this.#demandRoom();
      const frozen = this.#live.get(sandboxId);
      if (frozen && !options.keepsMemory) await this.#hibernate(frozen);
      const sandbox = this.#live.get(sandboxId);
      if (sandbox) await sandbox.resume(options.timeoutMs);
      const awake = sandbox ?? (await this.#wake(sandboxId, options));
      if (!awake.isLive) throw unknown(sandboxId);
      this.#options.logger('sandbox.resumed', { id: sandboxId });
      return { sandbox: awake, wasPaused: true };
    });
  }

  /** Does something with the home of a sandbox while nobody writes there. Throws SANDBOX_NOT_FOUND. */
  withStillHome<Result>(sandboxId: string, work: (home: SandboxHome) => Promise<Result>): Promise<Result> {
    return this.#turns.take(sandboxId, async () => {
      const sandbox = this.#live.get(sandboxId);
      const dormant = this.#dormant.get(sandboxId);
      if (!sandbox && !dormant) throw unknown(sandboxId);
      const home = sandbox ? sandbox.home : dormant && this.#options.store?.homeOf(dormant);
      if (home === undefined)
        throw new IrisError('USAGE_INVALID', 'This sandbox has its files in memory: they cannot be copied');
      return sandbox ? sandbox.whileStill(() => work(home)) : work(home);
    });
  }

  /** Ends a sandbox and waits until it is gone; false when there is none with this id. */
  async kill(sandboxId: string): Promise<boolean> {
    const sandbox = this.#live.get(sandboxId);
    if (sandbox) {
      await sandbox.kill();
      await this.#options.store?.remove(sandboxId);
      return true;
    }
    const isDormant = this.#dormant.delete(sandboxId);
    if (isDormant) await this.#options.store?.remove(sandboxId);
    return isDormant;
  }

  /** Ends everything, also what is just being started; the files of what is paused stay. Resolves when all is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new IrisError('CANCELLED', 'The sandbox host is closing'));
    await Promise.allSettled(this.#starting);
    await Promise.allSettled(
      [...this.#live.values()].map((sandbox) => {
        const isKept = sandbox.isPaused || sandbox.spec.lifecycle.onTimeout === 'pause';
        return isKept ? this.#hibernate(sandbox) : sandbox.kill();
      }),
    );
    await Promise.allSettled(this.#ending);
    await this.#options.store?.close();
  }

  async #pauseNow(sandbox: LiveSandbox, keepsMemory: boolean): Promise<void> {
    if (keepsMemory || sandbox.home === undefined) await sandbox.pause();
    else await this.#hibernate(sandbox);
    // It may have been killed meanwhile.
    if (!this.find(sandbox.id)) throw unknown(sandbox.id);
    this.#options.logger('sandbox.paused', { id: sandbox.id, keepsMemory });
  }

  /** Ends the processes of a sandbox and keeps its files; without files on disk that is its end. */
  async #hibernate(sandbox: LiveSandbox): Promise<void> {
    const stored = toStored(sandbox);
    if (stored === undefined) return sandbox.kill();
    const dormant = { ...stored, state: 'paused' as const, endAtMs: Math.min(Date.now(), stored.endAtMs) };
    await this.#options.store?.save(dormant);
    if (!sandbox.isLive) return;
    this.#dormant.set(sandbox.id, dormant);
    await sandbox.kill();
  }

  async #wake(sandboxId: string, { timeoutMs, signal }: ResumeOptions): Promise<LiveSandbox> {
    const dormant = this.#dormant.get(sandboxId);
    if (!dormant) throw unknown(sandboxId);
    const sandbox = await this.#start(signal, (inner) => this.#options.starter.restart(dormant, inner));
    if (!this.#dormant.delete(sandboxId)) {
      // It was killed while it started.
      await sandbox.kill();
      throw unknown(sandboxId);
    }
    sandbox.setTimeLeft(timeoutMs);
    await this.#save(sandbox);
    return sandbox;
  }

  #demandRoom(): void {
    if (this.all().length + this.#starting.size < this.#maxLive) return;
    throw new IrisError('RATE_LIMITED', `There are ${this.#maxLive} sandboxes already`, {
      hint: 'Kill one, or wait until one times out.',
    });
  }

  async #endTime(sandbox: LiveSandbox): Promise<void> {
    const { onTimeout, keepsMemory } = sandbox.spec.lifecycle;
    if (onTimeout === 'kill') return sandbox.kill();
    try {
      await this.pause(sandbox.id, { keepsMemory });
    } catch (error) {
      // Its files are what it was promised to keep.
      this.#options.logger('sandbox.pause-failed', { id: sandbox.id, error: String(error) });
      await this.#hibernate(sandbox);
    }
  }

  async #start(
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<LiveSandbox>,
  ): Promise<LiveSandbox> {
    if (this.#closing.signal.aborted)
      throw new IrisError('SANDBOX_UNAVAILABLE', 'The sandbox host is closing');
    this.#demandRoom();
    const starting = this.#startUnlessClosing(signal, start);
    this.#starting.add(starting);
    try {
      const sandbox = await starting;
      this.#adopt(sandbox);
      return sandbox;
    } finally {
      this.#starting.delete(starting);
    }
  }

  async #startUnlessClosing(
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<LiveSandbox>,
  ): Promise<LiveSandbox> {
    const controller = new AbortController();
    const stop = (): void => controller.abort(new IrisError('CANCELLED', 'The creation was given up'));
    for (const source of [signal, this.#closing.signal])
      source.addEventListener('abort', stop, { once: true });
    try {
      if (signal.aborted) stop();
      return await start(controller.signal);
    } finally {
      for (const source of [signal, this.#closing.signal]) source.removeEventListener('abort', stop);
    }
  }

  #adopt(sandbox: LiveSandbox): void {
    this.#live.set(sandbox.id, sandbox);
    sandbox.onTimeUp(() => void this.#endTime(sandbox));
    sandbox.onChange(() => void this.#save(sandbox));
    sandbox.onEnd(() => {
      this.#live.delete(sandbox.id);
      const gone = this.#afterEnd(sandbox);
      this.#ending.add(gone);
      void gone.then(() => this.#ending.delete(gone));
    });
  }

  async #afterEnd(sandbox: LiveSandbox): Promise<void> {
    await sandbox.kill();
    if (this.find(sandbox.id)) return;
    await this.#options.store?.remove(sandbox.id).catch((error: unknown) => {
      this.#options.logger('sandbox.not-removed', { id: sandbox.id, error: String(error) });
    });
  }

  /** A record that cannot be written costs the files after a crash, but not the sandbox. */
  async #save(sandbox: LiveSandbox): Promise<void> {
    const stored = sandbox.isLive ? toStored(sandbox) : undefined;
    if (stored === undefined) return;
    await this.#options.store?.save(stored).catch((error: unknown) => {
      if (sandbox.isLive) this.#options.logger('sandbox.not-saved', { id: sandbox.id, error: String(error) });
    });
  }
}

function toStored(sandbox: LiveSandbox): StoredSandbox | undefined {
  const { id, accessToken, templateId, metadata, spec, rung, home, startedAtMs, endAtMs, state } = sandbox;
  if (home === undefined) return undefined;
  const homeKind = home.kind;
  return { id, accessToken, templateId, metadata, spec, rung, homeKind, startedAtMs, endAtMs, state };
}

function unknown(sandboxId: string): IrisError {
  return new IrisError('SANDBOX_NOT_FOUND', `Sandbox "${sandboxId}" does not exist`);
}
