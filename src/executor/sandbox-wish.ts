import type { InjectedHeaders, VolumeMount } from '../sandbox/sandbox.ts';
import { hostsFor } from './install/registries.ts';
import type { RunRequest } from './run-request.ts';

/** What a run without a limit asks for: the longest that E2B grants. */
export const LONGEST_LIFETIME_MS = 24 * 3_600_000;

/** The life time that a sandbox must have left beyond the run's own limit. */
export const LIFETIME_MARGIN_MS = 60_000;

/** The sandbox that a run asks for. */
export interface SandboxWish {
  /** The run that wishes for it. */
  readonly runId?: string | undefined;
  readonly project: string;
  /** The reused sandbox, or undefined for one of its own. */
  readonly name: string | undefined;
  /** What it is made from. One from another template is another sandbox. */
  readonly template?: string | undefined;
  /** Folders that outlive it. One with others is another sandbox. */
  readonly volumes?: readonly VolumeMount[] | undefined;
  /** Whether its programs may reach the internet. One that may and one that may not are two sandboxes. */
  readonly hasNetwork: boolean;
  /** Hosts that they may reach in any case. One that may reach others is another sandbox. */
  readonly reach?: readonly string[] | undefined;
  /** What is added on the way out. One with other headers is another sandbox. */
  readonly injected?: InjectedHeaders | undefined;
  /** What becomes of it when its time is over. */
  readonly onTimeout?: 'close' | 'pause' | undefined;
  /** Life time from the moment it is needed. */
  readonly lifetimeMs: number;
  /** Life time from the moment that nothing runs in it any more. */
  readonly idleMs: number;
}

/** The sandbox that this run asks for. */
export function toWish(request: RunRequest): SandboxWish {
  const needed = request.timeoutMs === 0 ? LONGEST_LIFETIME_MS : request.timeoutMs + LIFETIME_MARGIN_MS;
  const lifetimeMs = Math.min(Math.max(request.sandboxTimeoutMs, needed), LONGEST_LIFETIME_MS);
  return {
    runId: request.runId,
    project: request.project,
    name: request.sandboxName,
    template: request.template,
    volumes: request.volumes,
    hasNetwork: request.hasNetwork,
    reach: hostsFor(request.packages ?? [], request.registries ?? {}, request.hasNetwork),
    injected: request.injected,
    onTimeout: request.sandboxOnTimeout,
    lifetimeMs,
    idleMs: Math.min(request.sandboxTimeoutMs, LONGEST_LIFETIME_MS),
  };
}
