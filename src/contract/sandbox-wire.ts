/** What the methods of one sandbox, or of some, answer with. No zod here: the CLI imports this file. */
export interface SandboxResults {
  readonly 'sandbox.info': SandboxDetails;
  readonly 'sandbox.pause': readonly SandboxChange[];
  readonly 'sandbox.resume': readonly SandboxChange[];
  readonly 'sandbox.extend': SandboxExtension;
  readonly 'sandbox.logs': SandboxLog;
  readonly 'sandbox.metrics': SandboxMetrics;
  readonly 'sandbox.gc': SandboxGcReport;
  readonly 'sandbox.snapshot': SnapshotRow & { readonly sandbox: string };
  readonly 'snapshot.list': readonly SnapshotRow[];
  readonly 'snapshot.remove': readonly SnapshotRemoval[];
  readonly 'volume.list': readonly VolumeRow[];
  readonly 'volume.create': VolumeCreation;
  readonly 'volume.remove': readonly VolumeRemoval[];
}

/** A folder that outlives sandboxes. */
export interface VolumeRow {
  readonly id: string;
  readonly name: string;
  /** Sandboxes of iris that have it, by id. */
  readonly sandboxes: readonly string[];
}

/** A volume that was to be made. */
export interface VolumeCreation {
  readonly name: string;
  /** False where it was there. */
  readonly isCreated: boolean;
}

/** What became of a volume that was to be removed. */
export interface VolumeRemoval {
  readonly name: string;
  /** False where there was none. */
  readonly isRemoved: boolean;
}

/** The kept files of a sandbox: `--template` takes its id, or one of its names. */
export interface SnapshotRow {
  readonly id: string;
  readonly names: readonly string[];
}

/** What became of a snapshot that was to be removed. */
export interface SnapshotRemoval {
  readonly id: string;
  /** False where there was none. */
  readonly isRemoved: boolean;
}

/** The longest that a sandbox may be given: what E2B grants at most. */
export const LONGEST_TIME_LEFT_MS = 24 * 3_600_000;

/** One row of `iris sandbox ls`. */
export interface SandboxRow {
  readonly id: string;
  readonly name: string;
  readonly provider: 'embedded' | 'e2b';
  readonly project: string;
  readonly state: string;
  readonly isolation: string;
  /** What the limits hold for: the whole sandbox, or each process and each file; undefined in the cloud. */
  readonly memoryLimit?: string | undefined;
  readonly diskLimit?: string | undefined;
  readonly ageMs: number;
  readonly timeLeftMs: number;
  readonly memoryBytes: number | undefined;
  /** What it came to since its last start, in dollars: an estimate, 0 on this machine. */
  readonly costEstimateUsd: number;
}

/** What `iris sandbox info` shows. */
export interface SandboxDetails extends SandboxRow {
  readonly template: string;
  readonly network: 'on' | 'off';
  /** The names of the secrets that are added to what it sends; undefined for none. */
  readonly secrets?: string | undefined;
  /** Such as `cache:/home/user/cache`. */
  readonly volumes: readonly string[];
  /** What becomes of it when its time is over. */
  readonly onTimeout: 'close' | 'pause';
  /** The iris that made it, and the run that it was made for. */
  readonly version: string | undefined;
  readonly run: string | undefined;
  readonly startedAt: string;
  readonly endAt: string;
}

/** What became of one that was to be paused or resumed. */
export interface SandboxChange {
  readonly id: string;
  readonly name: string;
  readonly state: 'running' | 'paused';
  /** False where it was so already. */
  readonly isChanged: boolean;
}

/** What the provider granted. */
export interface SandboxExtension {
  readonly id: string;
  readonly name: string;
  readonly timeLeftMs: number;
  readonly endAt: string;
}

/** What happened to a sandbox, oldest first. */
export interface SandboxLog {
  readonly id: string;
  readonly name: string;
  readonly lines: readonly {
    readonly at: string;
    readonly level: string;
    readonly message: string;
    readonly fields: Readonly<Record<string, string>>;
  }[];
}

/** What a sandbox uses now; without figures where it is paused, or nothing was measured yet. */
export interface SandboxMetrics {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly usage?: {
    readonly at: string;
    readonly cpuPercent: number;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly memoryLimitBytes: number;
    readonly diskBytes: number;
    readonly diskLimitBytes: number;
  };
}

/** A sandbox that nobody uses any more, and why that is certain. */
export interface SandboxOrphan {
  readonly id: string;
  readonly name: string;
  readonly provider: 'embedded' | 'e2b';
  readonly project: string;
  readonly state: string;
  readonly ageMs: number;
  readonly why: string;
}

export interface SandboxGcReport {
  readonly isDryRun: boolean;
  /** Closed, unless it was only asked for them. */
  readonly orphans: readonly SandboxOrphan[];
}

/** What was copied between this machine and a sandbox. */
export interface CopyReport {
  readonly sandbox: { readonly id: string; readonly name: string };
  readonly files: number;
  readonly directories: number;
  readonly links: number;
  readonly bytes: number;
  /** Files that were there and were to be left alone. */
  readonly kept: number;
  /** What was left out, and why; the first of them. */
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
}
