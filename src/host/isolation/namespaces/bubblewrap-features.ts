import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BubblewrapFeatures } from './bubblewrap-command.ts';

/** Options without which the sandbox would lack a wall; `--size` came last, with 0.7. */
const REQUIRED = [
  '--as-pid-1',
  '--clearenv',
  '--perms',
  '--size',
  '--seccomp',
  '--unshare-cgroup-try',
] as const;
const TIMEOUT_MS = 5_000;

/** What bubblewrap on this machine can do, or the required options that it does not know. */
export type BubblewrapCheck =
  | { readonly type: 'usable'; readonly features: BubblewrapFeatures }
  | { readonly type: 'too-old'; readonly missing: readonly string[] };

/** Asks bubblewrap for its options. */
export async function checkBubblewrap(path: string, signal?: AbortSignal): Promise<BubblewrapCheck> {
  const { stdout } = await promisify(execFile)(path, ['--help'], { timeout: TIMEOUT_MS, env: {}, signal });
  return readBubblewrapHelp(stdout);
}

/** Finds the options that matter in the text of `bwrap --help`. */
export function readBubblewrapHelp(text: string): BubblewrapCheck {
  const options = new Set(text.match(/--[a-z0-9-]+/g));
  const missing = REQUIRED.filter((option) => !options.has(option));
  if (missing.length > 0) return { type: 'too-old', missing };
  return { type: 'usable', features: { canDisableUserns: options.has('--disable-userns') } };
}
