import type { Duplex } from 'node:stream';

/** The rungs of the isolation ladder, strongest first. */
export type Rung = 'bubblewrap' | 'util-linux' | 'landlock' | 'sandbox-exec' | 'none';

/** The rungs that have to prove themselves on a machine. */
export type ProbedRung = Exclude<Rung, 'none'>;

/** What one sandbox may use of the machine; each number is a hard limit. */
export interface SandboxLimits {
  /** Data segment of each process (RLIMIT_DATA). */
  readonly memoryBytes: number;
  /** Threads of all processes together (RLIMIT_NPROC). */
  readonly maxThreads: number;
  readonly maxOpenFiles: number;
  /** The largest single file. */
  readonly maxFileBytes: number;
  /** Size of the home directory. */
  readonly homeBytes: number;
  /** Size of /tmp, a tmpfs. */
  readonly tmpBytes: number;
}

/** A place on the host's disk that a sandbox has as its home. */
export interface SandboxHome {
  /** A folder, or a sparse image of a file system, which has a fixed size. */
  readonly kind: 'folder' | 'image';
  readonly path: string;
}

export interface LaunchRequest {
  readonly sandboxId: string;
  readonly limits: SandboxLimits;
  /** The built agent (`agent.cjs`); its folder also holds `spare.mjs`. Both appear in /opt/iris. */
  readonly agentFile: string;
  /** Without one the home is a folder in memory, gone with the sandbox. */
  readonly home?: SandboxHome | undefined;
  /** Folders of the host that appear in the sandbox, writable; only rungs with namespaces can. */
  readonly volumes?: readonly VolumeMount[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A folder of the host and where it appears in a sandbox. */
export interface VolumeMount {
  readonly dir: string;
  readonly mountPath: string;
}

export interface LaunchExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last 4 KiB that the launcher or the agent wrote on stderr. */
  readonly stderrTail: string;
}

/** A running sandbox, seen from outside: one byte stream to its agent, and the power to kill it. */
export interface LaunchedSandbox {
  /** The inherited descriptor: what the agent reads and writes on its fd 3. */
  readonly transport: Duplex;
  /** The outermost process on the host. */
  readonly pid: number;
  readonly exited: Promise<LaunchExit>;
  /** Resident memory of all processes in the sandbox, or undefined where it cannot be read. */
  memoryBytes(): Promise<number | undefined>;
  /** Halts every process at once, and lets them go on; only on Linux. */
  freeze?(): Promise<void>;
  thaw?(): Promise<void>;
  /** Brings what was written to the home to the host's disk; only where the home is on a file system of its own. */
  flushHome?(): Promise<void>;
  /** How many processes the kernel has ended because the sandbox was out of memory; only with a control group. */
  oomKills?(): Promise<number>;
  /** Kills every process in the sandbox; resolves when they are gone. Idempotent. */
  kill(): Promise<void>;
}

/** What kind of walls and limits a rung has on this machine, in words for programs. */
export interface IsolationFacts {
  readonly level: 'namespaces' | 'reduced' | 'none';
  /** Whether the memory of all processes together is limited, or that of each one. */
  readonly memoryLimit: 'cgroup' | 'per process' | 'none';
  /** Whether the home has a fixed size, is looked at again and again, or each file in it has a limit. */
  readonly diskLimit: 'fixed size' | 'watched' | 'per file' | 'none';
}

/** A rung that was tried on this machine and works. */
export interface Isolation {
  readonly rung: Rung;
  /** Why this rung, in one sentence for `iris doctor`. */
  readonly reason: string;
  /** What this rung does not promise here; shown by `iris doctor`. */
  readonly weaknesses: readonly string[];
  readonly facts?: IsolationFacts;
  /** Whether a sandbox can have its home on the host's disk. */
  readonly keepsHome?: boolean;
  launch(request: LaunchRequest): Promise<LaunchedSandbox>;
}
