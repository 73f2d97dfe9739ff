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
export const sandboxGcParams = callerParams.extend({
  all: z.boolean(),
  isDryRun: z.boolean(),
  only: z.array(target).optional(),
});

export type SandboxTargetParams = z.infer<typeof sandboxTargetParams>;
export type SandboxTargetsParams = z.infer<typeof sandboxTargetsParams>;
export type SandboxExtendParams = z.infer<typeof sandboxExtendParams>;
export type SandboxLogsParams = z.infer<typeof sandboxLogsParams>;
export type SandboxGcParams = z.infer<typeof sandboxGcParams>;
