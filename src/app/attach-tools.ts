import type { BridgeTable } from '../bridge/bridge-table.ts';
import { IrisError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { AttachedSandbox } from '../executor/attach-sandbox.ts';
import { CallLedger } from './call-ledger.ts';
import { chooseStore } from './choose-store.ts';
import { grantTools } from './grant-tools.ts';
import type { SettledRun } from './settle-run.ts';
import type { Stores } from './stores.ts';

export type { AttachedSandbox } from '../executor/attach-sandbox.ts';
export { wrapperFiles } from '../executor/wrapper-files.ts';

export interface AttachParts {
  readonly bridges: BridgeTable;
  readonly stores: Stores;
  readonly wrapperFile: string;
}

export interface AttachWish {
  readonly sandboxId: string;
  /** The folder in the sandbox whose programs import the client. */
  readonly sandboxDir: string;
  readonly signal: AbortSignal;
}

/**
 * Lets the programs of a sandbox that iris did not make call tools, by the policy of a run. Throws AUTH_MISSING where
 * there is no key to reach it with, and as `attachSandbox` does.
 */
export async function attachTools(
  { loaded, policy, granted, backend }: SettledRun,
  { sandboxId, sandboxDir, signal }: AttachWish,
  { bridges, stores, wrapperFile }: AttachParts,
): Promise<AttachedSandbox> {
  if (backend.provider.kind !== 'e2b') throw noKey(sandboxId);
  const grant = grantTools({
    bridges,
    choice: chooseStore(loaded, loaded.env),
    openStore: () => stores.open(loaded),
    runId: newId('attached'),
    servers: granted,
    ledger: new CallLedger(),
    limits: loaded.config.tools,
    policy,
  });
  return await backend.executor.attach({ sandboxId, sandboxDir, wrapperFile, grant, signal });
}

function noKey(sandboxId: string): IrisError {
  return new IrisError('AUTH_MISSING', `Sandbox ${sandboxId} cannot be reached without a key of E2B`, {
    hint: 'Give the executor what the SDK has: E2B_API_KEY, and E2B_API_URL for a host of your own.',
  });
}
