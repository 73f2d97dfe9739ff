import type { ErrorJson } from '../core/errors.ts';
import type { SandboxRef } from './run-event.ts';

/** What `iris run` would do, before it does anything. Sizes are in bytes, local files as seen from where it is called. */
export interface RunPlan {
  readonly script: string;
  readonly files: FilePlan;
  readonly sandbox: SandboxPlan;
  /** Only where sandboxes are on this machine. */
  readonly limits: Readonly<Record<string, number>> | undefined;
  /** 0 = no limit. */
  readonly timeoutMs: number;
  readonly maxCostUsd: number | undefined;
  readonly hasNetwork: boolean;
  /** Names of the variables that the script finds; their values are not told. */
  readonly variables: readonly string[];
  /** Names of the secrets that are added outside of the sandbox. */
  readonly injectedSecrets: readonly string[];
  /** Other MCP servers that the script may call. */
  readonly servers: readonly string[];
  readonly tools: ToolPlan;
  /** Packages that the sandbox is to have, such as `npm sharp@0.34.5`. */
  readonly installs: readonly string[];
  readonly warnings: readonly string[];
  /** Why the run would not begin. */
  readonly refusal: ErrorJson | undefined;
}

/** The files of a run. */
export interface FilePlan {
  /** The script as the sandbox gets it: one file with all that it imports. */
  readonly bundle: { readonly sandboxFile: string; readonly bytes: number; readonly isThere: boolean };
  readonly sources: readonly PlannedSource[];
  readonly packages: readonly PlannedPackage[];
  readonly includes: readonly {
    readonly file: string;
    readonly sandboxFile: string;
    readonly bytes: number;
  }[];
  /** The first of the files that rules keep back. */
  readonly ignored: readonly { readonly file: string; readonly by: string }[];
  readonly ignoredCount: number;
  readonly secrets: readonly PlannedSecret[];
  /** What would be sent now. */
  readonly upload: { readonly files: number; readonly bytes: number };
}

/** A local file that is bundled. */
export interface PlannedSource {
  readonly file: string;
  readonly bytes: number;
  /** How the script comes to it: the files from the script to the one that imports it. */
  readonly via: readonly string[];
}

/** An npm package that is bundled. */
export interface PlannedPackage {
  readonly name: string;
  readonly files: number;
  /** What of it is in the bundle. */
  readonly bytes: number;
  readonly via: readonly string[];
}

/** A file that looks as if it held a secret. */
export interface PlannedSecret {
  readonly file: string;
  /** Such as `a key of E2B (line 3)`. */
  readonly look: string;
  /** Whether it is sent all the same, for somebody named it. */
  readonly isAllowed: boolean;
}

/** The sandbox that the run would take. */
export interface SandboxPlan {
  /** Undefined for one that only this run has. */
  readonly name: string | undefined;
  readonly provider: SandboxRef['provider'];
  readonly template: string | undefined;
  /** Such as `cache:/home/user/cache`. */
  readonly volumes: readonly string[];
  /** Whether it is in use now, left by an earlier process, or to be made. */
  readonly state: 'live' | 'left' | 'new';
  readonly id: string | undefined;
  /** Known of one that is there. */
  readonly isolation: string | undefined;
}

/** The tools of iris that the script may call. */
export interface ToolPlan {
  /** Whether the script imports the client of iris at all. */
  readonly isUsed: boolean;
  readonly allowed: readonly string[];
  /** Those that somebody is asked about first. */
  readonly asked: readonly string[];
  readonly denied: readonly string[];
}
