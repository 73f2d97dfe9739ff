import type { BridgeTable } from '../bridge/bridge-table.ts';
import type { RunResult, ToolCallSummary } from '../contract/run-event.ts';
import { toIrisError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { GrantedServers } from '../servers/grant/granted-servers.ts';
import type { RunRequest, ToolGrant } from '../executor/run-request.ts';
import type { Loaded } from './loaded.ts';
import { CallLedger } from './call-ledger.ts';
import { chooseStore } from './choose-store.ts';
import { grantTools } from './grant-tools.ts';
import type { RunPolicy } from './run-policy.ts';
import { recordRun } from './record-run.ts';
import type { Stores } from './stores.ts';

export interface ToolsOfRunOptions {
  readonly bridges: BridgeTable;
  readonly stores: Stores;
  readonly loaded: Loaded;
  readonly request: RunRequest;
  readonly servers: GrantedServers | undefined;
  readonly policy: RunPolicy;
  readonly logger: Logger;
}

/** What is told of them at once; the record has more. */
const MAX_TOLD_CALLS = 200;

/** The tools of one run: they are granted when its script wants them, and what it did with them is kept at its end. */
export class ToolsOfRun {
  readonly #options: ToolsOfRunOptions;
  readonly #ledger = new CallLedger();
  readonly #startedAtMs = Date.now();

  constructor(options: ToolsOfRunOptions) {
    this.#options = options;
  }

  /** The first calls that the script made, in short. */
  get calls(): readonly ToolCallSummary[] {
    return this.#ledger.entries
      .slice(0, MAX_TOLD_CALLS)
      .map(({ tool, durationMs, outcome }) => ({ tool, durationMs, outcome }));
  }

  get counts(): CallLedger['counts'] {
    return this.#ledger.counts;
  }

  /** Throws CONFIG_INVALID or AUTH_MISSING where nothing leads to a store. */
  grant(): ToolGrant {
    const { bridges, stores, loaded, request, servers, policy } = this.#options;
    return grantTools({
      bridges,
      choice: chooseStore(loaded, loaded.env),
      openStore: () => stores.open(loaded),
      runId: request.runId,
      servers,
      ledger: this.#ledger,
      limits: loaded.config.tools,
      policy,
    });
  }

  /** Keeps the run if it called tools. Whoever ran it has its result already: a failure is only logged. */
  async record(result: RunResult | undefined): Promise<void> {
    if (this.#ledger.counts.calls === 0) return;
    const { stores, loaded, request, logger } = this.#options;
    try {
      const run = { request, startedAtMs: this.#startedAtMs, result, ledger: this.#ledger };
      await recordRun(await stores.open(loaded), run);
    } catch (thrown) {
      const { code, message } = toIrisError(thrown);
      logger('run.not-recorded', { runId: request.runId, code, message });
    }
  }
}
