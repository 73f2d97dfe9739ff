import type { z } from 'zod';
import type { ServedContract } from '../../contract/mcp/served-contract.ts';

/** What one call of an MCP client brings along. */
export interface ServedCall {
  readonly signal: AbortSignal;
  /** Tells the client how far it is; does nothing where the client did not ask. */
  readonly onProgress: (text: string) => void;
}

/** A contract with what answers it. */
export interface ServedTool {
  readonly contract: ServedContract;
  /** Returns what the contract promises. Throws ZodError for input that it does not allow, and IrisError. */
  call(input: unknown, call: ServedCall): Promise<unknown>;
}

/** Puts a handler behind a contract: it is given what the contract lets in. */
export function serve<Input extends z.ZodType, Output extends z.ZodType>(
  contract: ServedContract<Input, Output>,
  handler: (input: z.output<Input>, call: ServedCall) => Promise<z.input<Output>>,
): ServedTool {
  return {
    contract,
    call: async (input, call) => await handler(contract.input.parse(input), call),
  };
}
