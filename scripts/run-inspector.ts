import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { runCode, sandboxClose, sandboxList } from '../src/contract/mcp/sandbox-tools.ts';
import { callTool, describeTool, searchTools } from '../src/contract/mcp/discovery-tools.ts';
import type { ServedContract } from '../src/contract/mcp/served-contract.ts';
import { allContracts } from '../src/contract/tools/registry.ts';
import { openWorkspace, type Workspace } from '../test/support/workspace.ts';
import { installApart, type InstalledApart } from './install-apart.ts';

// Without the version, npm takes one that is years old on Node 20.
const INSPECTOR = '@modelcontextprotocol/inspector@2.12.0';
const ERAS = ['legacy', 'modern'];
/** What it does besides calls of tools. */
const DOES = [
  ['tools/list', '--strict'],
  ['resources/list'],
  ['resources/templates/list'],
  ['resources/read', '--uri', 'iris://runs'],
] as const;
/** What the Inspector exits with when a tool answers with an error. */
const TOOL_FAILED = 5;
/** Their examples speak of what a new project does not have: a clear failure is the right answer. */
const MAY_FAIL: ReadonlySet<string> = new Set([
  'reflexion_feedback',
  'telemetry_trace',
  'run_get',
  'prompt_diff',
  'prompt_label',
  'prompt_delete',
]);

await main(process.argv[2]);

/** Lists and calls every tool by the official Inspector, and reads a resource; `tsx scripts/run-inspector.ts [folder with it]`. */
async function main(folder: string | undefined): Promise<void> {
  await using apart = await installApart([INSPECTOR], folder);
  if (apart === undefined) return;
  await using space = await openWorkspace();
  await space.write({ 'package.json': '{}' });
  for (const era of ERAS) {
    for (const words of DOES) {
      const { exitCode, all } = await inspect(apart, space, [era, ['--method', ...words]]);
      report(`does ${words[0]} (${era})`, exitCode === 0 ? undefined : all);
    }
  }
  for (const [index, contract] of inOrder().entries()) {
    const era = ERAS[index % ERAS.length] ?? '';
    const { exitCode, all } = await inspect(apart, space, [era, callOf(contract)]);
    const isRight = exitCode === 0 || (exitCode === TOOL_FAILED && MAY_FAIL.has(contract.name));
    report(`calls ${contract.name} (${era})`, isRight ? undefined : all);
  }
}

/** What writes comes before what reads, and what deletes after it. */
function inOrder(): readonly ServedContract[] {
  const all = [...allContracts, runCode, sandboxList, sandboxClose, searchTools, describeTool, callTool];
  const rank = { write: 0, read: 1, delete: 2 } as const;
  return all.toSorted((a, b) => rank[a.effect] - rank[b.effect]);
}

function callOf({ name, example }: ServedContract): readonly string[] {
  const pairs = Object.entries(Object(example)).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const args = pairs.length === 0 ? [] : ['--tool-arg', ...pairs];
  return ['--method', 'tools/call', '--tool-name', name, ...args];
}

async function inspect(
  apart: InstalledApart,
  space: Workspace,
  [era, words]: readonly [string, readonly string[]],
) {
  const launcher = join(apart.modules, '@modelcontextprotocol/inspector/clients/launcher/build/index.js');
  // call_tool is there only while something is hidden.
  const served = words.includes('call_tool') ? [] : ['--toolsets', 'all'];
  const server = [process.execPath, resolve('bin/iris.cjs'), 'mcp', 'serve', ...served];
  return await execa(apart.node, [launcher, '--cli', '--protocol-era', era, ...server, ...words], {
    cwd: space.dir,
    env: { ...space.env, MCP_CATALOG_PATH: join(space.temp, 'catalog.json') },
    extendEnv: false,
    reject: false,
    all: true,
    timeout: 60_000,
  });
}

function report(what: string, failure: string | undefined): void {
  console.log(`${failure === undefined ? 'ok  ' : 'FAIL'} the MCP Inspector ${what}`);
  if (failure === undefined) return;
  console.log(failure);
  process.exitCode = 1;
}
