/** What the kernel enforces for all processes of one sandbox together. */
export interface CgroupLimits {
  readonly memoryBytes: number;
  readonly maxThreads: number;
}

/** The control group of one sandbox. */
export interface SandboxCgroup {
  /** A process that writes 0 into each of these joins. */
  readonly joinFiles: readonly string[];
  /** Memory that the sandbox holds: anonymous and shared pages, but no cached files. */
  memoryBytes(): Promise<number | undefined>;
  /** How many processes the kernel has ended because the sandbox was out of memory. */
  oomKills(): Promise<number>;
  /** Groups of the first version have a freezer only where its tree may be used. */
  readonly canFreeze: boolean;
  /** Halts every process; resolves when all stand still. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Ends what is left and removes the group. Idempotent. */
  remove(): Promise<void>;
}

/** The place below which this process may make control groups. */
export interface Cgroups {
  readonly version: 1 | 2;
  /** Makes a group under a name that is unique on this machine. */
  create(name: string, limits: CgroupLimits): Promise<SandboxCgroup>;
  /** Every group that was made here, by name. */
  list(): Promise<readonly string[]>;
  /** The group of this name, to be removed. */
  open(name: string): SandboxCgroup;
}
