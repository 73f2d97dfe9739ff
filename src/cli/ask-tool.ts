import type { z } from 'zod';
import type { ToolContract } from '../contract/tools/contract.ts';
import { callTool } from './call-tool.ts';
import type { CliContext } from './context.ts';

/** Calls a tool by its contract and returns an answer of the type that it promises. */
export async function askTool<Input extends z.ZodType, Output extends z.ZodType>(
  contract: ToolContract<string, Input, Output>,
  input: z.input<Input>,
  context: CliContext,
): Promise<z.output<Output>> {
  return contract.output.parse(await callTool(contract.name, input, context));
}
