import { describe, expect, test } from 'vitest';
import { allContracts } from '../../../src/contract/tools/registry.ts';
import { chooseTools } from '../../../src/mcp/catalogue/toolsets.ts';
import { codeTools } from '../../../src/mcp/own/code-tools.ts';
import { discoveryTools } from '../../../src/mcp/own/discovery-tools.ts';
import { registryTools } from '../../../src/mcp/own/registry-tools.ts';
import { sandboxTools } from '../../../src/mcp/own/sandbox-tools.ts';
import type { ServedTool } from '../../../src/mcp/tool/served-tool.ts';
import { allTools } from '../../../src/tools/all-tools.ts';
import { aBackend } from './a-backend.ts';

const backend = aBackend();
const all = [...codeTools(backend), ...sandboxTools(backend), ...registryTools(backend)];
const names = (tools: readonly ServedTool[]): string[] => tools.map(({ contract }) => contract.name);
const choose = (toolsets?: readonly string[], isReadOnly = false) =>
  chooseTools(all, { toolsets, isReadOnly });

test('every tool with a handler has its contract in the registry, in the same order', () => {
  expect(allContracts).toEqual(allTools.map(({ contract }) => contract));
});

describe('chooseTools()', () => {
  test('lists the fourteen original tools and those of sandboxes, and hides the rest', () => {
    const { listed, hidden } = choose();

    expect(listed).toHaveLength(17);
    expect(names(listed)).toEqual(expect.arrayContaining(['run_code', 'metrics_get', 'agent_status']));
    expect(names(hidden)).toEqual(expect.arrayContaining(['prompt_diff', 'data_delete']));
    expect(listed.length + hidden.length).toBe(all.length);
  });

  test('keeps to the groups that are named', () => {
    const { listed, hidden } = choose(['data', 'sandbox']);

    expect(names(listed)).toEqual([
      'run_code',
      'sandbox_list',
      'sandbox_close',
      'data_export',
      'data_delete',
    ]);
    expect(hidden).toEqual([]);
  });

  test('leaves nothing that changes something when it is to read only', () => {
    const { listed, hidden } = choose(undefined, true);

    expect([...listed, ...hidden].every(({ contract }) => contract.effect === 'read')).toBe(true);
    expect(names(listed)).not.toContain('run_code');
    expect(names(listed)).toContain('sandbox_list');
  });

  test('tells which toolset was meant', () => {
    expect(() => choose(['promts'])).toThrow(
      expect.objectContaining({ code: 'USAGE_INVALID', hint: 'Did you mean prompts?' }),
    );
  });
});

describe('the tools for finding tools', () => {
  const call = { signal: new AbortController().signal, onProgress: () => undefined };
  const find = (name: string): ServedTool => {
    const tool = discoveryTools(choose()).find(({ contract }) => contract.name === name);
    if (tool === undefined) throw new Error(`no ${name}`);
    return tool;
  };

  test.for([
    ['', 'all', undefined],
    ['what is it', 'the first three', 3],
  ] as const)('search_tools gives for "%s" %s of them in their order', async ([query, , count]) => {
    const answer = await find('search_tools').call({ query, limit: 3 }, call);

    const { listed, hidden } = choose();
    const inOrder = names([...listed, ...hidden]).slice(0, count);
    expect(Object(answer).tools.map(({ name }: { name: string }) => name)).toEqual(inOrder);
  });

  test('describe_tool gives what the list shortens', async () => {
    const answer = await find('describe_tool').call({ name: 'reflexion_evaluate' }, call);

    expect(JSON.stringify(answer)).toContain('"absTol"');
  });

  test('call_tool calls what is hidden', async () => {
    const answer = await find('call_tool').call(
      { name: 'prompt_diff', arguments: { name: 'a', from: 1 } },
      call,
    );

    expect(answer).toEqual({ ok: true });
    expect(backend.asked.at(-1)).toEqual({ tool: 'prompt_diff', input: { name: 'a', from: 1 } });
  });

  test.for(['data_delete', 'sandbox_close'])('call_tool does not call %s, which deletes', async (name) => {
    await expect(find('call_tool').call({ name }, call)).rejects.toMatchObject({ code: 'IRIS_FORBIDDEN' });
  });

  test('call_tool tells what the tool takes, not what call_tool takes', async () => {
    const wrong = find('call_tool').call({ name: 'prompt_diff', arguments: { nam: 'a' } }, call);

    await expect(wrong).rejects.toMatchObject({
      code: 'IRIS_INVALID_ARGUMENT',
      details: { parameters: ['name', 'from', 'to'] },
    });
  });

  test('call_tool only reads where nothing else is there', () => {
    const effect = (isReadOnly: boolean) =>
      discoveryTools(choose(undefined, isReadOnly)).find(({ contract }) => contract.name === 'call_tool')
        ?.contract.effect;

    expect([effect(true), effect(false)]).toEqual(['read', 'write']);
  });

  test('there is no call_tool where nothing is hidden', () => {
    expect(names(discoveryTools(choose(['all'])))).toEqual(['search_tools', 'describe_tool']);
  });
});
