import type { z } from 'zod';
import type { ToolContract } from '../../contract/tools/contract.ts';
import type { Store } from '../../store/port/store.ts';

/** Who calls, as the door of the call knows it. */
export interface ToolCaller {
  readonly agentId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly traceId?: string | undefined;
}

/** What one call brings along. */
export interface ToolContext {
  /** The data of the caller's project and of no other. */
  readonly store: Store;
  readonly caller: ToolCaller;
  readonly signal: AbortSignal;
}

/** A contract with its handler. */
export interface Tool {
  readonly contract: ToolContract;
  /** Returns what the contract promises. Throws ZodError for input that it does not allow, and IrisError. */
  call(input: unknown, context: ToolContext): Promise<unknown>;
}

/** Puts a handler behind a contract: it is given what the contract lets in, and what it returns is checked. */
export function implement<Input extends z.ZodType, Output extends z.ZodType>(
  contract: ToolContract<string, Input, Output>,
  handler: (input: z.output<Input>, context: ToolContext) => Promise<unknown>,
): Tool {
  return {
    contract,
    call: async (input, context) => {
      const answer = await handler(contract.input.parse(input), context);
      const checked = contract.output.safeParse(answer);
      if (checked.success) return checked.data;
      // A bug of the handler, not of the caller.
      throw new TypeError(`${contract.name} broke its promise: ${checked.error.message}`);
    },
  };
}
