import { IrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { Mux } from '../../core/mux.ts';
import type {
  IsolationFacts,
  LaunchedSandbox,
  Rung,
  SandboxHome,
  VolumeMount,
} from '../isolation/launch/launcher.ts';
import { ChannelAgent } from './channel-agent.ts';
import { Expiry } from './expiry.ts';
import type { EgressGate } from '../egress/egress-gate.ts';
import { hasWayOut, type NetworkPolicy } from '../egress/network-policy.ts';

/** What a client asked for when it created a sandbox. */
export interface SandboxSpec {
  readonly templateId: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly envVars: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly network: NetworkPolicy;
  readonly lifecycle: SandboxLifecycle;
  readonly volumes?: readonly NamedMount[] | undefined;
}

/** A volume in a sandbox, with the name that its owner gave it. */
export interface NamedMount extends VolumeMount {
  readonly name: string;
}

/** What happens to a sandbox by itself. */
export interface SandboxLifecycle {
  readonly onTimeout: 'kill' | 'pause';
  /** Whether a pause at the end of its time keeps its processes. */
  readonly keepsMemory: boolean;
  /** Whether a request wakes it up when it is paused. */
  readonly autoResume: boolean;
}

interface LiveSandboxOptions {
  readonly id: string;
  readonly accessToken: string;
  readonly spec: SandboxSpec;
  readonly rung: Rung;
  readonly limits?: IsolationFacts | undefined;
  readonly home?: SandboxHome | undefined;
  /** @default now */
  readonly startedAtMs?: number | undefined;
  readonly launched: LaunchedSandbox;
  readonly mux: Mux;
  readonly egress: EgressGate;
  readonly logger: Logger;
}

/** One sandbox, running or frozen, from the moment its transport is open until every process in it is gone. */
export class LiveSandbox {
  readonly id: string;
  /** What the client presents as X-Access-Token; the agent never learns it. */
  readonly accessToken: string;
  readonly templateId: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly rung: Rung;
  readonly limits: IsolationFacts | undefined;
  /** Where its files are on the host's disk; undefined where they are in memory. */
  readonly home: SandboxHome | undefined;
  /** Connections to envd are kept for the next request. */
  readonly envdAgent: ChannelAgent;
  /** A user's server may close an idle connection at any time, so each request gets its own. */
  readonly portAgent: ChannelAgent;
  readonly #spec: SandboxSpec;
  readonly #launched: LaunchedSandbox;
  readonly #mux: Mux;
  readonly #egress: EgressGate;
  readonly #expiry: Expiry;
  readonly #logger: Logger;
  readonly #isRestart: boolean;
  readonly #endListeners = new Set<() => void>();
  readonly #haltListeners = new Set<() => void>();
  #onChange: () => void = () => undefined;
  #onTimeUp: () => void = () => void this.kill();
  #isLive = true;
  #startedAtMs: number;
  #pausedAtMs: number | undefined;
  #gone: Promise<void> | undefined;

  constructor(options: LiveSandboxOptions) {
    const { id, accessToken, spec, rung, limits, home, launched, mux, egress, logger } = options;
    this.id = id;
    this.accessToken = accessToken;
    this.#spec = spec;
    this.templateId = spec.templateId;
    this.metadata = spec.metadata;
    this.rung = rung;
    this.limits = limits;
    this.home = home;
    this.#isRestart = options.startedAtMs !== undefined;
    this.#startedAtMs = options.startedAtMs ?? Date.now();
    this.#launched = launched;
    this.#mux = mux;
    this.#egress = egress;
    this.#logger = logger;
    this.envdAgent = new ChannelAgent(mux, { keepAlive: true });
    const tlsPorts = new Set(spec.network.httpsPorts);
    this.portAgent = new ChannelAgent(mux, { keepAlive: false, tlsPorts });
    this.#expiry = new Expiry(Infinity, () => {
      this.#logger('sandbox.timed-out', { id });
      this.#onTimeUp();
    });
    const end = (): Promise<void> => this.kill();
    void mux.closed.then(end, end);
    void launched.exited.then(end, end);
  }

  /** Lets its time begin, which a slow start does not shorten. */
  startClock(): void {
    const nowMs = Date.now();
    if (!this.#isRestart) this.#startedAtMs = nowMs;
    this.#expiry.moveTo(nowMs + this.#spec.timeoutMs);
  }

  get startedAtMs(): number {
    return this.#startedAtMs;
  }

  get pid(): number {
    return this.#launched.pid;
  }

  get network(): NetworkPolicy {
    return this.#egress.policy;
  }

  /** What it would be made of if it were made now. */
  get spec(): SandboxSpec {
    return { ...this.#spec, network: this.network };
  }

  /** Whether its programs reach the network by the host's proxy; without walls the network is theirs anyway. */
  get hasProxy(): boolean {
    return this.rung !== 'none' && hasWayOut(this.network);
  }

  /** Puts another policy in place; what it forbids is cut at once. */
  setNetwork(policy: NetworkPolicy): void {
    this.#egress.setPolicy(policy);
    this.#onChange();
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  get isPaused(): boolean {
    return this.#pausedAtMs !== undefined;
  }

  get state(): 'running' | 'paused' {
    return this.isPaused ? 'paused' : 'running';
  }

  /** A paused sandbox has no end; clients, who want one, are told when it was paused. */
  get endAtMs(): number {
    return this.#pausedAtMs ?? this.#expiry.endAtMs;
  }

  /** Calls `listener` whenever it is paused or resumed or its end moves. */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  /** Replaces what happens at the end of its time, which is its death. */
  onTimeUp(action: () => void): void {
    this.#onTimeUp = action;
  }

  /** Sets the time left from now; a shorter time than before is fine. */
  setTimeLeft(timeoutMs: number): void {
    if (!this.isLive || this.isPaused) return;
    this.#expiry.moveTo(Date.now() + timeoutMs);
    this.#onChange();
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

  /** Like `onEnd`, but a pause counts as well: from then on nobody inside answers. */
  onHalt(listener: () => void): () => void {
    if (this.isLive && !this.isPaused) this.#haltListeners.add(listener);
    else listener();
    return () => this.#haltListeners.delete(listener);
  }

  /** Freezes every process and stops the clock; open requests break off. Throws when the machine cannot freeze. */
  async pause(): Promise<void> {
    if (this.#launched.freeze === undefined)
      throw new IrisError('SANDBOX_UNAVAILABLE', 'This machine cannot pause sandboxes');
    this.#pausedAtMs = Date.now();
    this.#expiry.stop();
    this.#halt();
    try {
      await this.#launched.freeze();
    } catch (error) {
      this.#pausedAtMs = undefined;
      if (this.isLive) this.#expiry.moveTo(this.#expiry.endAtMs);
      throw error;
    }
    this.#onChange();
  }

  /** Does something while no process moves and all that was written is on the host's disk. Requests wait meanwhile. */
  async whileStill<Result>(work: () => Promise<Result>): Promise<Result> {
    if (!this.isPaused) await this.#launched.freeze?.();
    try {
      await this.#launched.flushHome?.();
      return await work();
    } finally {
      if (!this.isPaused) await this.#launched.thaw?.();
    }
  }

  /** Lets the processes go on, for `timeoutMs` from now. */
  async resume(timeoutMs: number): Promise<void> {
    await this.#launched.thaw?.();
    this.#pausedAtMs = undefined;
    this.setTimeLeft(timeoutMs);
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
    this.#halt();
    this.envdAgent.destroy();
    this.portAgent.destroy();
    this.#egress[Symbol.dispose]();
    this.#mux.destroy();
    return this.#gone;
  }

  #halt(): void {
    for (const listener of this.#haltListeners) listener();
    this.#haltListeners.clear();
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
