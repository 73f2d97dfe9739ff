import { z } from 'zod';
import { callerParams } from './daemon-request.ts';
import { LONGEST_TIME_LEFT_MS } from './sandbox-wire.ts';

const target = z.string().min(1).max(200);

/** Check what the terminal asks of sandboxes that are there. */
export const sandboxTargetParams = callerParams.extend({ target });
export const sandboxTargetsParams = callerParams.extend({ targets: z.array(target).min(1).max(1000) });
export const sandboxExtendParams = sandboxTargetParams.extend({
  timeLeftMs: z.int().min(1000).max(LONGEST_TIME_LEFT_MS),
});
export const sandboxLogsParams = sandboxTargetParams.extend({ limit: z.int().min(1).max(1000) });
export const sandboxSnapshotParams = sandboxTargetParams.extend({
  /** As E2B takes it for templates. */
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/)
    .optional(),
});
export const volumeCreateParams = callerParams.extend({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
});
export const sandboxGcParams = callerParams.extend({
  all: z.boolean(),
  isDryRun: z.boolean(),
  only: z.array(target).optional(),
});

const columns = z.int().min(1).max(10_000);

/** Checks the size of a terminal. */
export const terminalSize = z.object({ cols: columns, rows: columns });

export const sandboxExecParams = callerParams.extend({
  /** Without one, the sandbox that runs of the project share. */
  target: target.optional(),
  command: z.array(z.string()).min(1),
  envs: z.record(z.string(), z.string()),
  /** Directory in the sandbox. */
  dir: z.string().min(1).max(4096).optional(),
  hasStdin: z.boolean(),
  terminal: terminalSize.optional(),
});

const path = z.string().min(1).max(4096);
/** As it was typed: below the home directory where it does not begin with a slash. */
const copyTarget = z.object({ path, isFolder: z.boolean(), name: z.string().min(1).max(1024).optional() });

/** Checks `iris cp`. Local paths are absolute; null stands for standard input or output. */
export const sandboxCopyParams = callerParams.extend({
  /** Without one, the sandbox that runs of the project share. */
  target: target.optional(),
  copy: z.discriminatedUnion('direction', [
    z.object({ direction: z.literal('in'), from: z.union([path, z.null()]), to: copyTarget }),
    z.object({ direction: z.literal('out'), from: path, to: copyTarget.nullable() }),
  ]),
  isNoClobber: z.boolean(),
  /** Permissions that no local file gets: those of the terminal, not of the daemon. */
  umask: z.int().min(0).max(0o777),
});

export type SandboxCopyParams = z.infer<typeof sandboxCopyParams>;
export type SandboxTargetParams = z.infer<typeof sandboxTargetParams>;
export type SandboxTargetsParams = z.infer<typeof sandboxTargetsParams>;
export type SandboxExtendParams = z.infer<typeof sandboxExtendParams>;
export type SandboxExecParams = z.infer<typeof sandboxExecParams>;
export type SandboxSnapshotParams = z.infer<typeof sandboxSnapshotParams>;
export type VolumeCreateParams = z.infer<typeof volumeCreateParams>;
export type SandboxLogsParams = z.infer<typeof sandboxLogsParams>;
export type SandboxGcParams = z.infer<typeof sandboxGcParams>;
