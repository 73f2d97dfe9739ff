import type { ConfigFlags } from '../config/word-layer.ts';
import type { CallerContext, RunParams } from '../contract/daemon-wire.ts';
import type { RunEvent } from '../contract/run-event.ts';
import type { RunIo, RunRequest } from '../executor/run-request.ts';
import type { GrantedServers } from '../servers/grant/granted-servers.ts';
import type { Loaded } from './loaded.ts';
import { backendKind, type Backend, type Backends } from './backends.ts';
import { limitCost } from './limit-cost.ts';
import { openRunPolicy } from './open-run-policy.ts';
import { openSecrets, type RunSecrets } from './open-secrets.ts';
import type { RunPolicy } from './run-policy.ts';
import type { ServerDoor } from './server-door.ts';
import { configFlags, toRunRequest } from './to-run-request.ts';

/** What of whoever asked for a run is needed to settle it. */
export type AskIo = Pick<RunIo, 'confirm' | 'readEnv'>;

export interface SettleParts {
  readonly load: (caller: CallerContext, flags: ConfigFlags) => Promise<Loaded>;
  readonly servers: ServerDoor;
  readonly backends: Backends;
}

/** A run with every choice made, and nothing done. */
export interface SettledRun {
  readonly loaded: Loaded;
  readonly policy: RunPolicy;
  readonly granted: GrantedServers | undefined;
  readonly secrets: RunSecrets;
  readonly backend: Backend;
  readonly request: RunRequest;
  /** What there is to say of its cost. */
  readonly costEvents: readonly RunEvent[];
}

/**
 * Makes every choice of a run, from the flags and the configuration. Throws USAGE_INVALID, CONFIG_INVALID,
 * AUTH_MISSING, COST_EXCEEDED or FILE_NOT_FOUND.
 */
export async function settleRun(
  { params, io }: { readonly params: RunParams; readonly io: AskIo },
  { load, servers, backends }: SettleParts,
): Promise<SettledRun> {
  const loaded = await load(params, configFlags(params.flags));
  const policy = await openRunPolicy(params.flags, loaded, io.confirm);
  const granted = await servers.grant(loaded, params, io.readEnv);
  const secrets = await openSecrets({
    flags: params.flags,
    config: loaded.config,
    kind: backendKind(loaded.config, loaded.env),
    readEnv: io.readEnv,
  });
  const wanted = await toRunRequest(params, loaded, { servers: granted?.names ?? [], secrets });
  const backend = await backends.open(loaded.config, loaded.env);
  const { timeoutMs, events: costEvents } = await limitCost(wanted, {
    meter: backend.meter,
    cost: loaded.config.cost,
    isTimeoutChosen: loaded.origins.get('timeout') !== 'default',
  });
  return { loaded, policy, granted, secrets, backend, costEvents, request: { ...wanted, timeoutMs } };
}
