import { IrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { KnownSandbox } from './known-sandbox.ts';
import type { LiveSandbox, SandboxSpec } from './live-sandbox.ts';
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
  readonly start: (spec: SandboxSpec, signal: AbortSignal) => Promise<LiveSandbox>;
  readonly maxLive?: number | undefined;
  readonly maxPaused?: number | undefined;
  readonly logger: Logger;
}

/** All sandboxes of one host: those that run, those that are paused, and those that are just being started or ended. */
export class SandboxRegistry implements AsyncDisposable {
  readonly #options: RegistryOptions;
  readonly #maxLive: number;
  readonly #maxPaused: number;
  readonly #live = new Map<string, LiveSandbox>();
  readonly #starting = new Set<Promise<LiveSandbox>>();
  readonly #ending = new Set<Promise<void>>();
  readonly #turns = new Turns();
  readonly #closing = new AbortController();

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#maxLive = options.maxLive ?? MAX_LIVE_SANDBOXES;
    this.#maxPaused = options.maxPaused ?? MAX_PAUSED_SANDBOXES;
  }

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
    return this.#live.get(sandboxId);
  }

  /** Every sandbox that runs or is paused. */
  known(): KnownSandbox[] {
    return [...this.#live.values()];
  }

  /** Starts a sandbox. Throws RATE_LIMITED when too many live, SANDBOX_UNAVAILABLE when it does not start. */
  async create(spec: SandboxSpec, signal: AbortSignal): Promise<LiveSandbox> {
    if (this.#closing.signal.aborted)
      throw new IrisError('SANDBOX_UNAVAILABLE', 'The sandbox host is closing');
    this.#demandRoom();
    const beganAtMs = Date.now();
    const starting = this.#startUnlessClosing(spec, signal);
    this.#starting.add(starting);
    try {
      const sandbox = await starting;
      this.#adopt(sandbox);
      this.#options.logger('sandbox.created', {
        id: sandbox.id,
        rung: sandbox.rung,
        ms: Date.now() - beganAtMs,
      });
      return sandbox;
    } finally {
      this.#starting.delete(starting);
    }
  }

  /**
   * Pauses a sandbox; false when it is paused already. Throws SANDBOX_NOT_FOUND, and RATE_LIMITED when too many are
   * paused.
   */
  pause(sandboxId: string): Promise<boolean> {
    return this.#turns.take(sandboxId, async () => {
      const sandbox = this.#demand(sandboxId);
      if (sandbox.isPaused) return false;
      if (this.#live.size - this.all().length >= this.#maxPaused) {
        throw new IrisError('RATE_LIMITED', `There are ${this.#maxPaused} paused sandboxes already`);
      }
      await sandbox.pause();
      // It may have been killed meanwhile.
      this.#demand(sandboxId);
      this.#options.logger('sandbox.paused', { id: sandboxId });
      return true;
    });
  }

  /** Wakes a paused sandbox up; one that runs stays as it is. Throws SANDBOX_NOT_FOUND and RATE_LIMITED. */
  resume(sandboxId: string, { timeoutMs }: ResumeOptions): Promise<Resumed> {
    return this.#turns.take(sandboxId, async () => {
      const sandbox = this.#demand(sandboxId);
      if (!sandbox.isPaused) return { sandbox, wasPaused: false };
      this.#demandRoom();
      await sandbox.resume(timeoutMs);
      this.#demand(sandboxId);
      this.#options.logger('sandbox.resumed', { id: sandboxId });
      return { sandbox, wasPaused: true };
    });
  }

  /** Ends a sandbox and waits until it is gone; false when there is none with this id. */
  async kill(sandboxId: string): Promise<boolean> {
    const sandbox = this.#live.get(sandboxId);
    if (!sandbox) return false;
    await sandbox.kill();
    return true;
  }

  /** Ends everything, also what is just being started; resolves when all is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new IrisError('CANCELLED', 'The sandbox host is closing'));
    await Promise.allSettled(this.#starting);
    for (const sandbox of this.#live.values()) void sandbox.kill();
    await Promise.allSettled(this.#ending);
  }

  #demand(sandboxId: string): LiveSandbox {
    const sandbox = this.#live.get(sandboxId);
    if (sandbox) return sandbox;
    throw new IrisError('SANDBOX_NOT_FOUND', `Sandbox "${sandboxId}" does not exist`);
  }

  #demandRoom(): void {
    if (this.all().length + this.#starting.size < this.#maxLive) return;
    throw new IrisError('RATE_LIMITED', `There are ${this.#maxLive} sandboxes already`, {
      hint: 'Kill one, or wait until one times out.',
    });
  }

  async #endTime(sandbox: LiveSandbox): Promise<void> {
    if (sandbox.spec.lifecycle.onTimeout === 'kill') return sandbox.kill();
    try {
      await this.pause(sandbox.id);
    } catch (error) {
      this.#options.logger('sandbox.pause-failed', { id: sandbox.id, error: String(error) });
      await sandbox.kill();
    }
  }

  async #startUnlessClosing(spec: SandboxSpec, signal: AbortSignal): Promise<LiveSandbox> {
    const controller = new AbortController();
    const stop = (): void => controller.abort(new IrisError('CANCELLED', 'The creation was given up'));
    for (const source of [signal, this.#closing.signal])
      source.addEventListener('abort', stop, { once: true });
    try {
      if (signal.aborted) stop();
      return await this.#options.start(spec, controller.signal);
    } finally {
      for (const source of [signal, this.#closing.signal]) source.removeEventListener('abort', stop);
    }
  }

  #adopt(sandbox: LiveSandbox): void {
    this.#live.set(sandbox.id, sandbox);
    sandbox.onTimeUp(() => void this.#endTime(sandbox));
    sandbox.onEnd(() => {
      this.#live.delete(sandbox.id);
      const gone = sandbox.kill();
      this.#ending.add(gone);
      void gone.then(() => this.#ending.delete(gone));
    });
  }
}
