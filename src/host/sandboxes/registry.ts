import { IrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { LiveSandbox, SandboxSpec } from './live-sandbox.ts';

/** A bound on what one machine is asked to carry; E2B's own tiers have one, too. */
const MAX_LIVE_SANDBOXES = 64;

interface RegistryOptions {
  readonly start: (spec: SandboxSpec, signal: AbortSignal) => Promise<LiveSandbox>;
  readonly maxLive?: number;
  readonly logger: Logger;
}

/** All sandboxes of one host: those that live and those that are just being started or ended. */
export class SandboxRegistry implements AsyncDisposable {
  readonly #options: RegistryOptions;
  readonly #maxLive: number;
  readonly #live = new Map<string, LiveSandbox>();
  readonly #starting = new Set<Promise<LiveSandbox>>();
  readonly #ending = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#maxLive = options.maxLive ?? MAX_LIVE_SANDBOXES;
  }

  get liveCount(): number {
    return this.#live.size;
  }

  get(sandboxId: string): LiveSandbox | undefined {
    return this.#live.get(sandboxId);
  }

  all(): IterableIterator<LiveSandbox> {
    return this.#live.values();
  }

  /** Starts a sandbox. Throws RATE_LIMITED when too many live, SANDBOX_UNAVAILABLE when it does not start. */
  async create(spec: SandboxSpec, signal: AbortSignal): Promise<LiveSandbox> {
    if (this.#closing.signal.aborted)
      throw new IrisError('SANDBOX_UNAVAILABLE', 'The sandbox host is closing');
    if (this.#live.size + this.#starting.size >= this.#maxLive) {
      throw new IrisError('RATE_LIMITED', `There are ${this.#maxLive} sandboxes already`, {
        hint: 'Kill one, or wait until one times out.',
      });
    }
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
    sandbox.onEnd(() => {
      this.#live.delete(sandbox.id);
      const gone = sandbox.kill();
      this.#ending.add(gone);
      void gone.then(() => this.#ending.delete(gone));
    });
  }
}
