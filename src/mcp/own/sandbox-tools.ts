import { sandboxClose, sandboxList } from '../../contract/mcp/sandbox-tools.ts';
import type { McpBackend } from '../backend/backend.ts';
import { serve, type ServedTool } from '../tool/served-tool.ts';

/** `sandbox_list` and `sandbox_close`. */
export function sandboxTools(backend: McpBackend): readonly ServedTool[] {
  return [
    serve(sandboxList, async (_input, { signal }) => {
      const rows = await backend.listSandboxes(signal);
      return {
        sandboxes: rows.map((row) => ({ ...row, memoryBytes: row.memoryBytes ?? null })),
        hint: rows.length === 0 ? 'There are none: run_code makes one.' : undefined,
      };
    }),
    serve(sandboxClose, async ({ targets }, { signal }) => {
      const { closed, gone } = await backend.closeSandboxes(targets, signal);
      return { closed: [...closed], gone: [...gone] };
    }),
  ];
}
