import type { LoadedConfig } from '../config/load.ts';
import type { ToolRules } from '../config/tool-rules.ts';
import type { RunFlags } from '../contract/daemon-wire.ts';
import type { RunIo } from '../executor/run-request.ts';
import { checkToolRules } from './check-tool-rules.ts';
import { RunPolicy } from './run-policy.ts';

/** The policy of one run. Throws USAGE_INVALID or CONFIG_INVALID for a rule that names nothing. */
export async function openRunPolicy(
  flags: RunFlags,
  { toolRules }: LoadedConfig,
  confirm: RunIo['confirm'],
): Promise<RunPolicy> {
  const sides = [...rulesOfFlags(flags), ...toolRules];
  await checkToolRules(sides);
  return new RunPolicy(sides, confirm);
}

function rulesOfFlags({ allowTool, askTool, denyTool }: RunFlags): ToolRules[] {
  if (allowTool === undefined && askTool === undefined && denyTool === undefined) return [];
  return [
    {
      side: 'flags',
      allow: allowTool,
      ask: askTool,
      deny: denyTool,
      subjectOf: (list) => `--${list}-tool`,
    },
  ];
}
