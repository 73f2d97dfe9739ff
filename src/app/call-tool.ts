import type { ToolCallParams } from '../contract/daemon-wire.ts';
import type { Store } from '../store/port/store.ts';
import { allTools } from '../tools/all-tools.ts';
import { Toolbox } from '../tools/toolbox/toolbox.ts';

/** Calls one tool as the person at the terminal: without a policy or a budget. */
export async function callTool(
  { tool, input, sessionId }: ToolCallParams,
  { store, signal }: { readonly store: Store; readonly signal: AbortSignal },
): Promise<unknown> {
  return await new Toolbox(allTools).call(tool, input, { store, signal, caller: { sessionId } });
}
