import { callTool, describeTool, searchTools as searchContract } from '../../contract/mcp/discovery-tools.ts';
import { toJsonSchemas } from '../../contract/tools/json-schema.ts';
import { searchTools } from '../../contract/tools/search-tools.ts';
import { IrisError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';
import { invalidInput, isInvalidInput } from '../../tools/toolbox/invalid-input.ts';
import type { Chosen } from '../catalogue/toolsets.ts';
import { serve, type ServedCall, type ServedTool } from '../tool/served-tool.ts';

/** `search_tools` and `describe_tool`, and `call_tool` where there is something to call with it. */
export function discoveryTools({ listed, hidden }: Chosen): readonly ServedTool[] {
  const tools = [...listed, ...hidden];
  const contracts = tools.map(({ contract }) => contract);
  const isListed = new Set(listed.map(({ contract }) => contract.name));
  const search = serve(searchContract, async ({ query, limit }) => {
    const found = searchTools(query, contracts) ?? contracts;
    return {
      tools: found.slice(0, query === '' ? undefined : limit).map(({ name, group, text, effect }) => ({
        name,
        group,
        text,
        effect,
        isListed: isListed.has(name),
      })),
      hint: found.length === 0 ? 'Nothing fits: try other words, or no query to see all.' : NEXT_STEP,
    };
  });
  const describe = serve(describeTool, async ({ name }) => {
    const { contract } = find(tools, name);
    const { title, text, group, effect, example } = contract;
    const hint = isListed.has(name) ? `Call ${name}.` : `Call it with call_tool: ${callOf(name, example)}`;
    return { name, group, title, text, effect, ...toJsonSchemas(contract), example, hint };
  });
  const callHidden = serve(callContract(hidden), ({ name, arguments: input }, call) =>
    callFound(find(tools, name), { input, call, isListed: isListed.has(name) }),
  );
  return hidden.length === 0 ? [search, describe] : [search, describe, callHidden];
}

/** Where nothing can be changed, no client needs to ask its user first. */
function callContract(hidden: readonly ServedTool[]): typeof callTool {
  const isReading = hidden.every(({ contract }) => contract.effect === 'read');
  return isReading ? { ...callTool, effect: 'read', isIdempotent: true } : callTool;
}

const NEXT_STEP =
  'describe_tool tells what one takes; call a listed one by its name, any other with call_tool.';

interface FoundCall {
  readonly input: unknown;
  readonly call: ServedCall;
  readonly isListed: boolean;
}

/** A client asks its user before a tool that deletes; it cannot where it only sees call_tool. */
async function callFound(
  tool: ServedTool,
  { input, call, isListed }: FoundCall,
): Promise<Record<string, unknown>> {
  const { contract } = tool;
  if (contract.effect === 'delete') {
    throw new IrisError('IRIS_FORBIDDEN', `call_tool does not call ${contract.name}: it deletes`, {
      hint: isListed
        ? `Call ${contract.name} itself.`
        : `Whoever starts the server can list it: iris mcp serve --toolsets default,${contract.group}`,
    });
  }
  try {
    return { ...toRecord(await tool.call(input, call)) };
  } catch (thrown) {
    if (isInvalidInput(thrown)) throw invalidInput(contract, thrown);
    throw thrown;
  }
}

function find(tools: readonly ServedTool[], name: string): ServedTool {
  const tool = tools.find(({ contract }) => contract.name === name);
  if (tool !== undefined) return tool;
  const near = suggest(
    name,
    tools.map(({ contract }) => contract.name),
  );
  throw new IrisError('IRIS_NOT_FOUND', `There is no tool ${name} here`, {
    hint: near === undefined ? 'Find one with search_tools.' : `Did you mean ${near}?`,
  });
}

function callOf(name: string, example: unknown): string {
  return JSON.stringify({ name, arguments: example });
}

function toRecord(answer: unknown): object {
  return typeof answer === 'object' && answer !== null ? answer : { value: answer };
}
