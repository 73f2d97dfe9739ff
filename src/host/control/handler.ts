import type { IncomingMessage } from 'node:http';
import type { Reply } from '../http/reply.ts';
import type { SandboxLimits } from '../isolation/launcher.ts';
import type { LiveSandbox } from '../sandboxes/live-sandbox.ts';
import type { Logbook } from '../logs/logbook.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { VolumeStore } from '../volumes/volume-store.ts';
import type { MetricsHistory } from '../metrics/metrics-history.ts';
import type { SandboxRegistry } from '../sandboxes/registry.ts';

/** What every control handler works with. */
export interface ControlContext {
  readonly registry: SandboxRegistry;
  readonly limits: SandboxLimits;
  readonly logbook: Logbook;
  readonly metrics: MetricsHistory;
  readonly volumes: VolumeStore;
  readonly secrets: SecretStore;
  /** `localhost:<port>`, from which the SDK's getHost() builds names. */
  readonly domain: string;
}

export interface ControlCall {
  readonly request: IncomingMessage;
  readonly query: URLSearchParams;
  /** What stood in the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal;
}

export type ControlHandler = (context: ControlContext, call: ControlCall) => Reply | Promise<Reply>;

/** A handler for one sandbox, which exists. */
export type SandboxHandler = (
  context: ControlContext,
  call: ControlCall,
  sandbox: LiveSandbox,
) => Reply | Promise<Reply>;

/** The longest body of a control call. */
export const MAX_BODY_BYTES = 1024 * 1024;
