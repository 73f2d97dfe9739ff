import type { TerminalSize } from '../core/process-wire.ts';
import type { SandboxRef } from '../contract/run-event.ts';

/** How a data-plane request reaches one sandbox: enough to skip the control plane on every later call. */
export interface SandboxEndpoint {
  readonly sandboxId: string;
  /** Base URL of envd, without a closing slash. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface UploadFile {
  /** Absolute path in the sandbox. */
  readonly path: string;
  readonly content: Buffer;
}

/** A live sandbox. It outlives this object: only `SandboxProvider.kill` ends it. */
export interface Sandbox {
  readonly id: string;
  readonly endpoint: SandboxEndpoint;
}

/** One that was made or woken up now. */
export interface CreatedSandbox extends Sandbox {
  /** The life time that it was given, which may be less than was wished for. */
  readonly grantedMs: number;
}

/** What a sandbox was given. */
export interface SandboxSize {
  readonly vcpus: number;
  readonly memoryGib: number;
}

export interface SandboxListing {
  readonly id: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly state: string;
  readonly startedAtMs: number;
  readonly endAtMs: number;
  readonly size?: SandboxSize | undefined;
}

/** What is known of one sandbox beyond a listing. */
export interface SandboxDescription extends SandboxListing {
  readonly template: string;
  readonly onTimeout: 'close' | 'pause';
}

/** What a sandbox uses of what it may use. */
export interface SandboxUsage {
  readonly atMs: number;
  /** As the provider counts it. */
  readonly cpuPercent: number;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
  readonly diskBytes: number;
  readonly diskLimitBytes: number;
}

/** One line of what happened to a sandbox. */
export interface SandboxLogLine {
  readonly atMs: number;
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Headers that the provider adds to what a sandbox sends to some hosts; nothing in the sandbox has their values. */
export interface InjectedHeaders {
  /** Names and hosts, without a value: it tells from one another sandboxes that may send different things. */
  readonly identity: string;
  /** Another one for other values; it stays in memory. */
  readonly version: string;
  /** By host or `*.host`, then by the name of the header. */
  readonly byHost: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What no message may show. */
  readonly values: readonly string[];
}

/** What a sandbox may reach. */
export interface WayOut {
  readonly allowInternetAccess: boolean;
  /** Names of hosts that may be reached in any case. */
  readonly reach?: readonly string[] | undefined;
  /** Its hosts may be reached in any case. */
  readonly injected?: InjectedHeaders | undefined;
}

/** A folder that outlives sandboxes. */
export interface Volume {
  readonly id: string;
  readonly name: string;
}

/** Where a sandbox has a volume. */
export interface VolumeMount {
  readonly name: string;
  /** Absolute path in the sandbox. */
  readonly path: string;
}

export interface CreateOptions extends WayOut {
  /** What it is made from; the provider's own where it is left out. */
  readonly template?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** All of them exist. */
  readonly volumes?: readonly VolumeMount[] | undefined;
  /** Close is what happens without it. */
  readonly onTimeout?: 'close' | 'pause' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The files of a sandbox at one moment, which others can be made from as from a template. */
export interface Snapshot {
  readonly id: string;
  readonly names: readonly string[];
}

/** Makes, finds and ends sandboxes: E2B's cloud and the embedded host alike. */
export interface SandboxProvider {
  /** Keeps the files of a sandbox as they are now, for others to begin with. */
  snapshot(sandboxId: string, name: string | undefined): Promise<Snapshot>;
  snapshots(): Promise<Snapshot[]>;
  /** Tells whether there was one to remove. */
  deleteSnapshot(snapshotId: string): Promise<boolean>;
  volumes(): Promise<Volume[]>;
  /** Tells whether it was made; false when its name is taken. */
  createVolume(name: string): Promise<boolean>;
  /** Removes a volume with its files; tells whether there was one. */
  deleteVolume(volumeId: string): Promise<boolean>;
  readonly kind: SandboxRef['provider'];
  create(options: CreateOptions): Promise<CreatedSandbox>;
  /** Gives access to a sandbox that lives or is paused, with at least `timeoutMs` left if so much is granted. */
  connect(sandboxId: string, timeoutMs: number): Promise<CreatedSandbox>;
  /** Replaces the headers that it adds for a sandbox; undefined where the provider adds none. */
  readonly inject?: ((sandboxId: string, way: WayOut) => Promise<void>) | undefined;
  /** Stops a sandbox and keeps its files; false when it is paused already. */
  pause(sandboxId: string): Promise<boolean>;
  /** Sets the life time left from now. Throws USAGE_INVALID where the provider does not grant so much. */
  setTimeLeft(sandboxId: string, timeoutMs: number): Promise<void>;
  list(metadata?: Readonly<Record<string, string>>): Promise<SandboxListing[]>;
  /** Tells whether there was something to end. */
  kill(sandboxId: string): Promise<boolean>;
  describe(sandboxId: string): Promise<SandboxDescription>;
  /** Undefined where nothing was measured yet, or nothing runs. */
  usage(sandboxId: string): Promise<SandboxUsage | undefined>;
  /** The last lines, oldest first. */
  logs(sandboxId: string, limit: number): Promise<SandboxLogLine[]>;
}

export interface ProcessSpec {
  readonly cmd: string;
  readonly args: readonly string[];
  readonly envs: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
  readonly hasStdin: boolean;
  /** Runs at a terminal of this size, which its input goes to and all of its output comes from. */
  readonly pty?: TerminalSize | undefined;
  /** A name to find it by, instead of its pid. */
  readonly tag?: string | undefined;
  /** The sandbox itself kills the process after this time, even when nobody listens; 0 = never. */
  readonly timeoutMs: number;
  /** Of the request that starts it. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export type ProcessEvent =
  | { readonly type: 'started'; readonly pid: number }
  | { readonly type: 'stdout' | 'stderr'; readonly data: Buffer }
  /** It says nothing, and its connection stands. */
  | { readonly type: 'alive' }
  | { readonly type: 'exited'; readonly exitCode: number; readonly signal: string | undefined };
