import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Backends } from '../../src/app/backends.ts';
import { CallLedger } from '../../src/app/call-ledger.ts';
import { packageFiles } from '../../src/app/package-files.ts';
import { BridgeTable } from '../../src/bridge/bridge-table.ts';
import type { ToolDoor } from '../../src/bridge/tool-door.ts';
import { defaultConfig } from '../../src/config/default-config.ts';
import { defineTool } from '../../src/contract/tools/contract.ts';
import { openBundler } from '../../src/executor/bundle/bundler.ts';
import type { Store } from '../../src/store/port/store.ts';
import { implement } from '../../src/tools/tool/tool.ts';
import { Budget } from '../../src/tools/toolbox/budget.ts';
import { Toolbox } from '../../src/tools/toolbox/toolbox.ts';

// A run of a script whose tool is an echo: everything of a call but the work of a tool. Arguments: the script, its argument, the state folder.
const [scriptFile = '', calls = '', stateDir = ''] = process.argv.slice(2);

const echo = implement(
  defineTool({
    name: 'echo',
    group: 'telemetry',
    title: 'Echo',
    text: 'Answers ok.',
    effect: 'read',
    isIdempotent: true,
    input: z.strictObject({ value: z.string() }),
    output: z.looseObject({ text: z.string() }),
    example: { value: 'a' },
    method: 'echo',
    positional: ['value'],
  }),
  async () => ({ text: 'ok' }),
);
const store: Store = { engine: 'pglite', call: async () => ({}) };
const toolbox = new Toolbox([echo]);
const budget = new Budget({ maxCalls: 1_000_000, maxBytes: 2 ** 40, maxTimeMs: 0 });
const ledger = new CallLedger();
const door: ToolDoor = {
  call: ({ name, input, bytes, signal }) =>
    ledger.note(name, input, () =>
      toolbox.call(name, input, { store, caller: {}, signal, budget, inputBytes: bytes }),
    ),
  list: async () => [],
  search: async () => [],
  describe: () => Promise.reject(new Error('nobody asks')),
};

const logger = (): void => undefined;
const files = packageFiles(fileURLToPath(new URL('../../dist', import.meta.url)));
const bridges = new BridgeTable(logger);
await using bundler = openBundler({ wrapperFile: files.wrapperFile });
await using backends = new Backends({ ...files, stateDir, bridges, bundler, resumes: false, logger });
const { executor } = await backends.open(defaultConfig(), {});
const request = {
  runId: 'run_bench',
  scriptFile,
  args: [calls],
  localDir: join(scriptFile, '..'),
  project: join(scriptFile, '..'),
  sandboxName: undefined,
  removeAfter: 'always' as const,
  envs: {},
  includes: [],
  servers: [],
  sandboxCwd: undefined,
  hasNetwork: false,
  timeoutMs: 0,
  sandboxTimeoutMs: 60_000,
  sandboxOnTimeout: 'close' as const,
  openTools: () => ({ bridge: bridges.open({ door }), envs: {} }),
};
const io = {
  stdin: undefined,
  onSignal: () => undefined,
  signal: new AbortController().signal,
  confirm: async () => undefined,
  readEnv: async () => ({}),
};
for await (const event of executor.run(request, io)) {
  if (event.type === 'stdout') process.stdout.write(event.data);
  if (event.type === 'stderr') process.stderr.write(event.data);
}
