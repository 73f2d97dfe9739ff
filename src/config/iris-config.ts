import type { z } from 'zod';
import type { configSchema } from './schema.ts';
import type { SecretUse } from './secrets-schema.ts';

/** The configuration as the rest of iris reads it: checked, complete, units in the names. */
export interface IrisConfig {
  readonly provider: 'auto' | 'embedded' | 'e2b';
  readonly sandbox: string;
  /** 0 means no limit. */
  readonly timeoutMs: number;
  readonly sandboxTimeoutMs: number;
  readonly sandboxOnTimeout: 'close' | 'pause';
  readonly isolation: 'auto' | 'bubblewrap' | 'util-linux' | 'landlock' | 'sandbox-exec' | 'none';
  /** The least that is accepted. */
  readonly requireIsolation?:
    'any' | 'reduced' | 'namespaces' | 'bubblewrap' | 'util-linux' | 'landlock' | 'sandbox-exec' | undefined;
  readonly network: 'off' | 'on';
  readonly template: string;
  /** A directory in the sandbox. */
  readonly cwd: string | undefined;
  readonly include: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Variables of the user, and what each is for. */
  readonly secrets: Readonly<Record<string, SecretUse>>;
  /** Those that every run may use. */
  readonly grantSecrets: readonly string[];
  /** Folders that outlive sandboxes, and where a sandbox has them. */
  readonly volumes: readonly { readonly name: string; readonly path: string }[];
  /** Whose data the tools use; undefined for one by the project directory. */
  readonly projectId?: string | undefined;
  readonly store: 'auto' | 'embedded' | 'postgres' | 'supabase';
  readonly tools: ToolBudget;
  readonly cost: CostConfig;
  readonly runs: RunsConfig;
  readonly limits: ConfigLimits;
  readonly daemon: { readonly idleMs: number };
}

/** What sandboxes in the cloud cost and may cost, in dollars. */
export interface CostConfig {
  readonly maxPerRunUsd: number | undefined;
  readonly maxPerMonthUsd: number | undefined;
  readonly prices: { readonly perVcpuSecondUsd: number; readonly perGibSecondUsd: number };
  /** What a sandbox is taken for until E2B tells. */
  readonly assumed: { readonly vcpus: number; readonly memoryGib: number };
}

/** What stays of runs. */
export interface RunsConfig {
  /** 0 keeps none of it. */
  readonly maxOutputBytes: number;
  readonly maxRuns: number;
  readonly maxAgeMs: number;
}

/** What one run may spend on tools. */
export interface ToolBudget {
  readonly maxCalls: number;
  readonly maxBytes: number;
  /** Of all calls together; 0 means no limit. */
  readonly maxTimeMs: number;
}

/** The hard limits of one sandbox, in the shape that a launcher takes. */
export interface ConfigLimits {
  readonly memoryBytes: number;
  readonly maxThreads: number;
  readonly maxOpenFiles: number;
  readonly maxFileBytes: number;
  readonly homeBytes: number;
  readonly tmpBytes: number;
}

const GIB = 1024 ** 3;

/** Names the units of a parsed configuration. */
export function toIrisConfig(parsed: z.output<typeof configSchema>): IrisConfig {
  // Which servers there are depends on whose file says so: see server-words.ts.
  const {
    timeout,
    sandboxTimeout,
    tools,
    cost,
    runs,
    limits,
    daemon,
    cwd,
    volumes,
    mcp: _mcp,
    mcpServers: _servers,
    ...rest
  } = parsed;
  return {
    ...rest,
    cwd,
    volumes: volumes.map(toMount),
    timeoutMs: timeout,
    sandboxTimeoutMs: sandboxTimeout,
    tools: { maxCalls: tools.maxCalls, maxBytes: tools.maxBytes, maxTimeMs: tools.maxTime },
    cost: {
      maxPerRunUsd: cost.maxPerRun,
      maxPerMonthUsd: cost.maxPerMonth,
      prices: { perVcpuSecondUsd: cost.perVcpuSecond, perGibSecondUsd: cost.perGibSecond },
      assumed: { vcpus: cost.vcpus, memoryGib: cost.memory / GIB },
    },
    runs: { maxOutputBytes: runs.maxOutputBytes, maxRuns: runs.keep, maxAgeMs: runs.keepFor },
    limits: {
      memoryBytes: limits.memory,
      maxThreads: limits.processes,
      maxOpenFiles: limits.openFiles,
      maxFileBytes: limits.fileSize,
      homeBytes: limits.homeSize,
      tmpBytes: limits.tmpSize,
    },
    daemon: { idleMs: daemon.idle },
  };
}

function toMount(text: string): { name: string; path: string } {
  const at = text.indexOf(':');
  return { name: text.slice(0, at), path: text.slice(at + 1) };
}
