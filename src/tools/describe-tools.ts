import { z } from 'zod';
import type { ToolRow } from '../contract/daemon-wire.ts';
import { allTools } from './all-tools.ts';

/** Every tool, with JSON Schemas of what it takes and answers. */
export function describeTools(): ToolRow[] {
  return allTools.map(({ contract }) => ({
    name: contract.name,
    group: contract.group,
    title: contract.title,
    text: contract.text,
    effect: contract.effect,
    example: contract.example,
    input: z.toJSONSchema(contract.input, { io: 'input', unrepresentable: 'any' }),
    output: z.toJSONSchema(contract.output, { unrepresentable: 'any' }),
  }));
}
