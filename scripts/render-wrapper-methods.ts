import { z } from 'zod';
import { docText, schemaToType } from '../src/contract/schema-to-type.ts';
import type { ToolContract } from '../src/contract/tools/contract.ts';
import { allTools } from '../src/tools/all-tools.ts';

const HEAD = `// Generated from the contracts of the tools, do not edit: npm run gen

/** How a method becomes a call: the tool, and the keys that its positional form takes in order. */
export interface MethodFacts {
  readonly tool: string;
  readonly keys: readonly string[];
  /** Those of the keys that hold text: whatever else is given there is written as JSON. */
  readonly texts?: readonly string[];
}
`;

/** The typed methods of the client that scripts import. */
export function renderWrapperMethods(): string {
  const contracts = allTools.map(({ contract }) => contract);
  const facts = contracts.map(
    (contract) =>
      `  ${contract.method}: { tool: '${contract.name}', keys: ${JSON.stringify(contract.positional)}${textFacts(contract)} },`,
  );
  return [
    HEAD,
    `export const METHODS = {\n${facts.join('\n')}\n} as const satisfies Record<string, MethodFacts>;\n`,
    ...contracts.map(typesOf),
    `/** The patterns that were found, with the facts about the search. */`,
    `export type DiscoveredPatterns = DiscoverPatternsOutput['patterns'] & { readonly meta: DiscoverPatternsOutput['meta'] };\n`,
    `/** What is known of one agent. */`,
    `export type AgentStatus = GetAgentStatusOutput['agents'][number];\n`,
    `/** The tools as methods, each in a form with an object and, where it has one, in a positional form. */`,
    `export interface ToolMethods {\n${contracts.map(signatures).join('\n')}\n}\n`,
  ].join('\n');
}

/** Long text only: a name that is not a string is a mistake to be told of. */
export function textKeys(contract: ToolContract): string[] {
  const { properties = {} } = jsonSchema(contract, 'input');
  return contract.positional.filter((key) => {
    const schema = properties[key];
    const isText = typeof schema === 'object' && schema.type === 'string';
    return isText && !['maxLength', 'pattern', 'format', 'enum', 'minLength'].some((rule) => rule in schema);
  });
}

function textFacts(contract: ToolContract): string {
  const texts = textKeys(contract);
  return texts.length === 0 ? '' : `, texts: ${JSON.stringify(texts)}`;
}

function typesOf(contract: ToolContract): string {
  return [
    `/** What ${contract.method} takes. */`,
    `export type ${inputName(contract)} = ${typeOf(contract, 'input')};`,
    '',
    `/** What ${contract.method} answers. */`,
    `export type ${outputName(contract)} = ${typeOf(contract, 'output')};`,
    '',
  ].join('\n');
}

function typeOf(contract: ToolContract, io: 'input' | 'output'): string {
  return schemaToType(jsonSchema(contract, io));
}

/** The JSON Schema of what a tool takes or answers. */
export function jsonSchema(contract: ToolContract, io: 'input' | 'output'): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(contract[io], { io, unrepresentable: 'any', reused: 'inline' });
}

function signatures(contract: ToolContract): string {
  const { method, text, positional, name } = contract;
  const answer = name === 'pattern_discovery' ? 'DiscoveredPatterns' : outputName(contract);
  const schema = jsonSchema(contract, 'input');
  const required = new Set(schema.required ?? []);
  const isOptional = required.size === 0;
  if (name === 'agent_status') return agentStatusSignatures(contract);
  const lines = [
    `  /** ${docText(text)} */`,
    `  ${method}(input${isOptional ? '?' : ''}: ${inputName(contract)}): Promise<${answer}>;`,
  ];
  if (positional.length > 0) {
    const parameters = positional.map((key, index) => {
      const isNeeded = index === 0 || required.has(key);
      return `${key}${isNeeded ? '' : '?'}: ${positionalType(contract, key)}`;
    });
    lines.push(`  ${method}(${parameters.join(', ')}): Promise<${answer}>;`);
  }
  return lines.join('\n');
}

/** One agent for its id, a list without one, and the whole answer for the form with an object. */
function agentStatusSignatures({ method, text }: ToolContract): string {
  return [
    `  /** ${docText(text)} */`,
    `  ${method}(): Promise<AgentStatus[]>;`,
    `  ${method}(agentId: string): Promise<AgentStatus>;`,
    `  ${method}(input: GetAgentStatusInput): Promise<GetAgentStatusOutput>;`,
  ].join('\n');
}

/** A first positional value is never undefined, which is how the two forms differ. */
function positionalType(contract: ToolContract, key: string): string {
  const isAny = schemaToType(jsonSchema(contract, 'input').properties?.[key]) === 'unknown';
  return isAny ? 'unknown' : `NonNullable<${inputName(contract)}['${key}']>`;
}

function inputName({ method }: ToolContract): string {
  return `${method.charAt(0).toUpperCase()}${method.slice(1)}Input`;
}

function outputName({ method }: ToolContract): string {
  return `${method.charAt(0).toUpperCase()}${method.slice(1)}Output`;
}
