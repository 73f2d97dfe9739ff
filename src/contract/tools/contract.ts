import type { z } from 'zod';

export type ToolGroup =
  | 'patterns'
  | 'reflexion'
  | 'consensus'
  | 'telemetry'
  | 'prompts'
  | 'lineage'
  | 'metrics'
  | 'agents'
  | 'runs'
  | 'data';

/** What a call may change. */
export type ToolEffect = 'read' | 'write' | 'delete';

/** What a tool promises; how it is done is in `tools/`. */
export interface ToolContract<
  Name extends string = string,
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
> {
  /** As MCP clients call it. */
  readonly name: Name;
  readonly group: ToolGroup;
  readonly title: string;
  /** For a model that has to choose: what it does, and when to take it. */
  readonly text: string;
  readonly effect: ToolEffect;
  /** Whether the same call twice changes no more than once. */
  readonly isIdempotent: boolean;
  /** Strict: an unknown key is a mistake of the caller. */
  readonly input: Input;
  /** Loose: a later version may say more. */
  readonly output: Output;
  readonly example: z.input<Input>;
  /** The method of the client, and the keys that its positional form takes in order. */
  readonly method: string;
  readonly positional: readonly string[];
}

/** Keeps the exact types of a contract. */
export function defineTool<const Name extends string, Input extends z.ZodType, Output extends z.ZodType>(
  contract: ToolContract<Name, Input, Output>,
): ToolContract<Name, Input, Output> {
  return contract;
}
