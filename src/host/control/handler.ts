import type { IncomingMessage } from 'node:http';
import type { Reply } from '../http/reply.ts';
import type { SandboxLimits } from '../isolation/launch/launcher.ts';
import type { KnownSandbox } from '../sandboxes/known-sandbox.ts';
import type { LiveSandbox } from '../sandboxes/live-sandbox.ts';
import type { Logbook } from '../logs/logbook.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { VolumeStore } from '../volumes/volume-store.ts';
import type { MetricsHistory } from '../metrics/metrics-history.ts';
import type { SandboxRegistry } from '../sandboxes/registry.ts';
import type { Snapshots } from '../sandboxes/snapshots.ts';

/** What every control handler works with. */
export interface ControlContext {
  readonly registry: SandboxRegistry;
  /** Undefined where homes are in memory. */
  readonly snapshots?: Snapshots | undefined;
  readonly limits: SandboxLimits;
  readonly logbook: Logbook;
  readonly metrics: MetricsHistory;
  readonly volumes: VolumeStore;
  readonly secrets: SecretStore;
  /** For sandboxes that do not say whether they want it. */
  readonly hasInternetByDefault: boolean;
  /** Whether a template of another name gives a plain sandbox too. */
  readonly takesAnyTemplate: boolean;
  /** `localhost:<port>`, from which the SDK's getHost() builds names. */
  readonly domain: string;
}

export interface ControlCall {
  readonly request: IncomingMessage;
  readonly query: URLSearchParams;
  /** What the path names, decoded: a sandbox, a template. */
  readonly id: string;
  /** Everything that stood in the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal;
}

export type ControlHandler = (context: ControlContext, call: ControlCall) => Reply | Promise<Reply>;

/** A handler for one sandbox, running or paused. */
export type KnownSandboxHandler = (
  context: ControlContext,
  call: ControlCall,
  sandbox: KnownSandbox,
) => Reply | Promise<Reply>;

/** A handler for one sandbox, which runs. */
export type SandboxHandler = (
  context: ControlContext,
  call: ControlCall,
  sandbox: LiveSandbox,
) => Reply | Promise<Reply>;

/** The longest body of a control call. */
export const MAX_BODY_BYTES = 1024 * 1024;
