import { randomUUID } from 'node:crypto';
import type { BridgeTable } from '../bridge/bridge-table.ts';
import type { ToolGrant } from '../executor/run-request.ts';
import type { GrantedServers } from '../servers/grant/granted-servers.ts';
import type { Store } from '../store/port/store.ts';
import type { BudgetLimits } from '../tools/toolbox/budget.ts';
import type { CallLedger } from './call-ledger.ts';
import type { StoreChoice } from './choose-store.ts';
import type { RunPolicy } from './run-policy.ts';
import { RunTools } from './run-tools.ts';

export interface GrantOptions {
  readonly bridges: BridgeTable;
  /** Whose data they are. */
  readonly choice: StoreChoice;
  /** Opens the data of the run's project; asked with the first call. */
  readonly openStore: () => Promise<Store>;
  readonly runId: string;
  /** Other MCP servers that the run may use. */
  readonly servers: GrantedServers | undefined;
  readonly ledger: CallLedger;
  readonly limits: BudgetLimits;
  readonly policy: RunPolicy;
}

/** Lets one run call tools, and tells its script who it is. */
export function grantTools(options: GrantOptions): ToolGrant {
  const { bridges, choice, openStore, runId, servers, ledger, limits, policy } = options;
  const sessionId = runId;
  const traceId = randomUUID().replaceAll('-', '');
  const caller = { sessionId, traceId };
  const door = new RunTools({ openStore, caller, runId, servers, ledger, limits, policy });
  const { identity } = choice;
  return {
    bridge: bridges.open({ door }),
    envs: {
      IRIS_SESSION_ID: sessionId,
      TRACEPARENT: `00-${traceId}-${traceId.slice(0, 16)}-01`,
      ...(identity.type === 'project' ? { IRIS_PROJECT_ID: identity.projectId } : {}),
    },
  };
}
