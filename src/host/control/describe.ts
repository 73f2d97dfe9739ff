import { availableParallelism } from 'node:os';
import type { SandboxLimits } from '../isolation/launch/launcher.ts';
import type { KnownSandbox } from '../sandboxes/known-sandbox.ts';
import type { NamedMount } from '../sandboxes/live-sandbox.ts';
import { trafficTokenOf } from '../sandboxes/traffic-token.ts';

/** The envd whose protocol the agent speaks; the SDK switches features by it. */
const ENVD_VERSION = '0.6.13';
const CLIENT_ID = 'iris';
const MIB = 1024 * 1024;

/** What create and connect answer: all that a client needs to reach the sandbox. */
export function describeAccess(sandbox: KnownSandbox, domain: string): Readonly<Record<string, unknown>> {
  const trafficAccessToken = trafficTokenOf(sandbox);
  return {
    sandboxID: sandbox.id,
    templateID: sandbox.templateId,
    alias: sandbox.templateId,
    clientID: CLIENT_ID,
    envdVersion: ENVD_VERSION,
    envdAccessToken: sandbox.accessToken,
    ...(trafficAccessToken !== undefined && { trafficAccessToken }),
    domain,
  };
}

/** One entry of a listing. */
export function describeListed(
  sandbox: KnownSandbox,
  limits: SandboxLimits,
): Readonly<Record<string, unknown>> {
  const { volumes = [] } = sandbox.spec;
  return {
    sandboxID: sandbox.id,
    templateID: sandbox.templateId,
    alias: sandbox.templateId,
    clientID: CLIENT_ID,
    startedAt: new Date(sandbox.startedAtMs).toISOString(),
    endAt: new Date(sandbox.endAtMs).toISOString(),
    state: sandbox.state,
    cpuCount: availableParallelism(),
    memoryMB: Math.floor(limits.memoryBytes / MIB),
    diskSizeMB: Math.floor(limits.homeBytes / MIB),
    envdVersion: ENVD_VERSION,
    metadata: sandbox.metadata,
    ...(volumes.length > 0 && { volumeMounts: volumes.map(toMount) }),
  };
}

function toMount({ name, mountPath }: NamedMount): Readonly<Record<string, string>> {
  return { name, path: mountPath };
}
