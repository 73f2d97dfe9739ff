import { z } from 'zod';
import type { ToolRow } from '../contract/daemon-wire.ts';
import type { ToolContract } from '../contract/tools/contract.ts';
import { IrisError } from '../core/errors.ts';
import { suggest } from '../core/suggest.ts';
import { allTools } from './all-tools.ts';

/** Every tool, with JSON Schemas of what it takes and answers. */
export function describeTools(): ToolRow[] {
  return allTools.map(({ contract }) => describe(contract));
}

/** One tool. Throws IRIS_NOT_FOUND. */
export function describeTool(name: string): ToolRow {
  const found = allTools.find(({ contract }) => contract.name === name);
  if (found !== undefined) return describe(found.contract);
  const near = suggest(
    name,
    allTools.map(({ contract }) => contract.name),
  );
  throw new IrisError('IRIS_NOT_FOUND', `There is no tool ${name}`, {
    hint: near === undefined ? 'Search for it by what it does.' : `Did you mean ${near}?`,
  });
}

function describe(contract: ToolContract): ToolRow {
  return {
    name: contract.name,
    group: contract.group,
    title: contract.title,
    text: contract.text,
    effect: contract.effect,
    example: contract.example,
    input: z.toJSONSchema(contract.input, { io: 'input', unrepresentable: 'any' }),
    output: z.toJSONSchema(contract.output, { unrepresentable: 'any' }),
  };
}
