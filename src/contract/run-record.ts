import { z } from 'zod';

const words = z.array(z.string());

const sandboxRef = z.object({
  id: z.string(),
  name: z.string(),
  provider: z.enum(['embedded', 'e2b']),
  isolation: z.string(),
});

/** Checks what is kept of a run: its facts, without the values of variables and without its output. */
export const runRecord = z.object({
  v: z.literal(1),
  id: z.string(),
  /** Absolute local path. */
  script: z.string(),
  args: words,
  /** Where it was asked for. */
  cwd: z.string(),
  project: z.string(),
  tags: words,
  /** What the project's repository stood at. */
  commit: z.string().optional(),
  /** The options that it was given, by their keys; of variables, the names alone. */
  flags: z.record(z.string(), z.union([z.string(), words, z.boolean()])),
  /** Whether a secret was taken out of the arguments or the options, so that they are not those of the run. */
  isMasked: z.boolean(),
  status: z.enum(['running', 'succeeded', 'failed', 'cancelled', 'timed out', 'lost']),
  isDetached: z.boolean(),
  sandbox: sandboxRef.optional(),
  exitCode: z.int().optional(),
  signal: z.string().optional(),
  /** Why there was no end of the script's own. */
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).optional(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  /** Milliseconds per phase, and `total`. */
  timingsMs: z.record(z.string(), z.number()),
  calls: z.int(),
  failedCalls: z.int(),
  /** What the script wrote, all of it, whatever is kept. */
  outputBytes: z.object({ stdout: z.int(), stderr: z.int() }),
  /** What iris had to say. */
  notices: words,
  /** The process that works on it. */
  owner: z.object({ pid: z.int(), since: z.string(), isDaemon: z.boolean() }),
});

export type RunRecord = z.infer<typeof runRecord>;
export type RunStatus = RunRecord['status'];

export const RUN_STATUSES = runRecord.shape.status.options;
