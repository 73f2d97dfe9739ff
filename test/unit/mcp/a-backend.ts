import type { McpBackend } from '../../../src/mcp/backend/backend.ts';

/** A backend that answers from memory; what it was asked is in `asked`. */
export interface FakeBackend extends McpBackend {
  readonly asked: unknown[];
}

const RESULT = {
  runId: 'run_1',
  exitCode: 0,
  sandbox: { id: 'sb1', name: 'default', provider: 'embedded', isolation: 'none' },
  timingsMs: { total: 5 },
} as const;

/** Makes a backend; what is given takes the place of its own answers. */
export function aBackend(own: Partial<McpBackend> = {}): FakeBackend {
  const asked: unknown[] = [];
  return {
    asked,
    callTool: (tool, input) => {
      asked.push({ tool, input });
      return Promise.resolve({ ok: true });
    },
    runScript: (run) => {
      asked.push(run);
      return Promise.resolve(RESULT);
    },
    listSandboxes: () => Promise.resolve([]),
    closeSandboxes: (targets) => Promise.resolve({ closed: [], gone: targets }),
    placeCode: () =>
      Promise.resolve({ file: '/project/code.ts', [Symbol.asyncDispose]: () => Promise.resolve() }),
    ...own,
  };
}
