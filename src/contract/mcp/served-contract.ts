import type { z } from 'zod';
import type { ToolEffect } from '../tools/contract.ts';

/** What an MCP client sees of a tool, be it one of the toolbox or one of the server itself. */
export interface ServedContract<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly group: string;
  readonly title: string;
  readonly text: string;
  readonly effect: ToolEffect;
  readonly isIdempotent: boolean;
  /** Whether a call may reach what iris does not know. @default false */
  readonly isOpenWorld?: boolean;
  readonly input: Input;
  readonly output: Output;
  readonly example: unknown;
}

/** Keeps the exact types of a contract. */
export function defineServed<Input extends z.ZodType, Output extends z.ZodType>(
  contract: ServedContract<Input, Output>,
): ServedContract<Input, Output> {
  return contract;
}
