import type { DoorCall, ToolDescription, ToolDoor, ToolSummary } from '../bridge/tool-door.ts';
import type { ToolContract } from '../contract/tools/contract.ts';
import type { Store } from '../store/port/store.ts';
import type { GrantedServers } from '../servers/grant/granted-servers.ts';
import type { CallLedger } from './call-ledger.ts';
import type { RunPolicy } from './run-policy.ts';
import type { ToolCaller } from '../tools/tool/tool.ts';
import type { Toolbox } from '../tools/toolbox/toolbox.ts';
import type { Budget, BudgetLimits } from '../tools/toolbox/budget.ts';

export interface RunToolsOptions {
  readonly openStore: () => Promise<Store>;
  readonly caller: ToolCaller;
  readonly runId: string;
  /** Other MCP servers that the run may use. */
  readonly servers: GrantedServers | undefined;
  /** Where its calls are noted. */
  readonly ledger: CallLedger;
  readonly limits: BudgetLimits;
  readonly policy: RunPolicy;
}

/** A tool of iris, or one of another server, which has no group. */
type CallableTool = ToolSummary & Pick<ToolContract, 'effect'> & { readonly group?: string | undefined };

interface Opened {
  readonly toolbox: Toolbox;
  readonly budget: Budget;
}

/** The tools of iris as one run may call them. What is heavy is loaded with its first call. */
export class RunTools implements ToolDoor {
  readonly #options: RunToolsOptions;
  #opened: Promise<Opened> | undefined;
  #store: Promise<Store> | undefined;

  constructor(options: RunToolsOptions) {
    this.#options = options;
  }

  async call(call: DoorCall): Promise<unknown> {
    const { ledger, servers } = this.#options;
    const name = servers?.owns(call.name) === true ? await servers.spell(call.name) : call.name;
    return await ledger.note(name, call.input, () => this.#call({ ...call, name }));
  }

  async #call({ name, input, bytes, callId, traceparent, signal }: DoorCall): Promise<unknown> {
    const { toolbox, budget } = await this.#open();
    const { servers, policy } = this.#options;
    if (servers?.owns(name) === true) {
      budget.takeCall();
      budget.takeBytes(bytes);
      const tool = await servers.find(name);
      await policy.check({ name: tool.fullName, effect: tool.effect }, input);
      return await budget.spendOn(
        (limited) => servers.call(tool, { input, signal: limited, traceparent }),
        signal,
      );
    }
    this.#store ??= this.#options.openStore();
    const store = await this.#store;
    const keyed = toolbox.withKey(name, input, `${this.#options.runId}:${callId}`);
    const caller = withTrace(this.#options.caller, traceparent);
    const admit = (contract: ToolContract): Promise<void> => policy.check(contract, input);
    const context = { store, caller, signal, budget, admit, inputBytes: bytes };
    return await toolbox.call(name, keyed, context);
  }

  async list(): Promise<readonly ToolSummary[]> {
    return (await this.#callable()).map(({ name, title, text }) => ({ name, title, text }));
  }

  async search(query: string): Promise<readonly ToolSummary[]> {
    const { answerSearch } = await import('../bridge/answer-search.ts');
    return answerSearch(query, await this.#callable());
  }

  async describe(name: string): Promise<ToolDescription> {
    const { servers } = this.#options;
    if (servers?.owns(name) === true) {
      const { fullName, observed, output, ...facts } = await servers.find(name);
      return { ...facts, name: fullName, output: output ?? observed };
    }
    const { describeTool } = await import('../tools/describe-tools.ts');
    return describeTool(name);
  }

  /** The tools that may be called, those of iris first. */
  async #callable(): Promise<readonly CallableTool[]> {
    const { toolbox } = await this.#open();
    const { servers, policy } = this.#options;
    const others = (await servers?.list()) ?? [];
    const all: readonly CallableTool[] = [
      ...toolbox.list(),
      ...others.map(({ fullName, title, text, effect }) => ({ name: fullName, title, text, effect })),
    ];
    return all.filter(({ name, group, effect }) => policy.mayCall({ name, group, effect }));
  }

  #open(): Promise<Opened> {
    this.#opened ??= loadTools(this.#options.limits);
    return this.#opened;
  }
}

async function loadTools(limits: BudgetLimits): Promise<Opened> {
  const [{ allTools }, { Toolbox: Box }, { Budget: Purse }] = await Promise.all([
    import('../tools/all-tools.ts'),
    import('../tools/toolbox/toolbox.ts'),
    import('../tools/toolbox/budget.ts'),
  ]);
  return { toolbox: new Box(allTools), budget: new Purse(limits) };
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

function withTrace(caller: ToolCaller, traceparent: string | undefined): ToolCaller {
  const [, traceId] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  return traceId === undefined ? caller : { ...caller, traceId };
}
