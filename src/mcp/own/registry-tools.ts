import { allContracts } from '../../contract/tools/registry.ts';
import type { McpBackend } from '../backend/backend.ts';
import type { ServedTool } from '../tool/served-tool.ts';

/** Every tool of the toolbox; their inputs are checked here, so that a wrong one starts nothing. */
export function registryTools(backend: McpBackend): readonly ServedTool[] {
  return allContracts.map((contract) => ({
    contract,
    call: async (input, { signal }) => {
      contract.input.parse(input);
      return await backend.callTool(contract.name, input, signal);
    },
  }));
}
