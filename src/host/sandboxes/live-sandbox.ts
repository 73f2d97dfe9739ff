import type { Logger } from '../../core/logger.ts';
import type { Mux } from '../../core/mux.ts';
import type { IsolationFacts, LaunchedSandbox, Rung, VolumeMount } from '../isolation/launcher.ts';
import { ChannelAgent } from './channel-agent.ts';
import { Expiry } from './expiry.ts';

/** What a client asked for when it created a sandbox. */
export interface SandboxSpec {
  readonly templateId: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly envVars: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly volumes?: readonly NamedMount[] | undefined;
}

/** A volume in a sandbox, with the name that its owner gave it. */
export interface NamedMount extends VolumeMount {
  readonly name: string;
}

interface LiveSandboxOptions {
  readonly id: string;
  readonly accessToken: string;
  readonly spec: SandboxSpec;
  readonly rung: Rung;
  readonly limits?: IsolationFacts | undefined;
  readonly launched: LaunchedSandbox;
  readonly mux: Mux;
  readonly logger: Logger;
}

/** One sandbox from the moment its transport is open until every process in it is gone. */
export class LiveSandbox {
  readonly id: string;
  /** What the client presents as X-Access-Token; the agent never learns it. */
  readonly accessToken: string;
  readonly templateId: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly volumes: readonly NamedMount[];
  readonly rung: Rung;
  readonly limits: IsolationFacts | undefined;
  readonly startedAtMs = Date.now();
  /** Connections to envd are kept for the next request. */
  readonly envdAgent: ChannelAgent;
  /** A user's server may close an idle connection at any time, so each request gets its own. */
  readonly portAgent: ChannelAgent;
  readonly #launched: LaunchedSandbox;
  readonly #mux: Mux;
  readonly #expiry: Expiry;
  readonly #logger: Logger;
  readonly #endListeners = new Set<() => void>();
  #isLive = true;
  #gone: Promise<void> | undefined;

  constructor({ id, accessToken, spec, rung, limits, launched, mux, logger }: LiveSandboxOptions) {
    this.id = id;
    this.accessToken = accessToken;
    this.templateId = spec.templateId;
    this.metadata = spec.metadata;
    this.volumes = spec.volumes ?? [];
    this.rung = rung;
    this.limits = limits;
    this.#launched = launched;
    this.#mux = mux;
    this.#logger = logger;
    this.envdAgent = new ChannelAgent(mux, { keepAlive: true });
    this.portAgent = new ChannelAgent(mux, { keepAlive: false });
    this.#expiry = new Expiry(this.startedAtMs + spec.timeoutMs, () => this.#timeOut());
    const end = (): Promise<void> => this.kill();
    void mux.closed.then(end, end);
    void launched.exited.then(end, end);
  }

  get pid(): number {
    return this.#launched.pid;
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  get endAtMs(): number {
    return this.#expiry.endAtMs;
  }

  /** Sets the time left from now; a shorter time than before is fine. */
  setTimeLeft(timeoutMs: number): void {
    if (this.isLive) this.#expiry.moveTo(Date.now() + timeoutMs);
  }

  /** Like `setTimeLeft`, but never brings the end nearer. */
  extendTimeLeft(timeoutMs: number): void {
    if (Date.now() + timeoutMs > this.endAtMs) this.setTimeLeft(timeoutMs);
  }

  /** Calls `listener` at the moment the sandbox begins to end. Returns what takes the listener off again. */
  onEnd(listener: () => void): () => void {
    if (this.isLive) this.#endListeners.add(listener);
    else listener();
    return () => this.#endListeners.delete(listener);
  }

  memoryBytes(): Promise<number | undefined> {
    return this.#launched.memoryBytes();
  }

  /** How many processes the kernel has ended for want of memory; undefined where nobody counts. */
  async oomKills(): Promise<number | undefined> {
    return this.#launched.oomKills?.();
  }

  /** Ends the sandbox; resolves when its processes are gone. */
  kill(): Promise<void> {
    if (this.#gone) return this.#gone;
    this.#isLive = false;
    this.#expiry.stop();
    this.#gone = this.#killProcesses();
    for (const listener of this.#endListeners) listener();
    this.#endListeners.clear();
    this.envdAgent.destroy();
    this.portAgent.destroy();
    this.#mux.destroy();
    return this.#gone;
  }

  #timeOut(): void {
    this.#logger('sandbox.timed-out', { id: this.id });
    void this.kill();
  }

  async #killProcesses(): Promise<void> {
    try {
      await this.#launched.kill();
      this.#logger('sandbox.ended', { id: this.id, livedMs: Date.now() - this.startedAtMs });
    } catch (error) {
      this.#logger('sandbox.kill-failed', { id: this.id, pid: this.pid, error: String(error) });
    }
  }
}
