import { IrisError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';
import type { ServedTool } from '../tool/served-tool.ts';

/** What whoever starts the server chose. */
export interface Choice {
  /** Groups, `default` or `all`; undefined lists the default and lets the rest be found. */
  readonly toolsets: readonly string[] | undefined;
  /** Leaves out everything that changes something. */
  readonly isReadOnly: boolean;
}

export interface Chosen {
  /** What `tools/list` shows. */
  readonly listed: readonly ServedTool[];
  /** What can be found and called besides. */
  readonly hidden: readonly ServedTool[];
}

/** The tools that a client sees unless it was told otherwise. */
const DEFAULT_TOOLS: ReadonlySet<string> = new Set([
  'pattern_discovery',
  'reflexion_evaluate',
  'consensus_vote',
  'consensus_status',
  'telemetry_log',
  'prompt_get',
  'prompt_save',
  'prompt_list',
  'lineage_track',
  'lineage_get',
  'metric_record',
  'metrics_get',
  'agent_register',
  'agent_status',
  'run_code',
  'sandbox_list',
  'sandbox_close',
]);

/** Chooses what is listed and what can be found. Throws USAGE_INVALID for a toolset that is none. */
export function chooseTools(tools: readonly ServedTool[], { toolsets, isReadOnly }: Choice): Chosen {
  const allowed = tools.filter(({ contract }) => !isReadOnly || contract.effect === 'read');
  const wanted = toolsets ?? ['default'];
  checkToolsets(wanted, tools);
  const isListed = ({ contract: { name, group } }: ServedTool): boolean =>
    wanted.includes('all') ||
    wanted.includes(group) ||
    (wanted.includes('default') && DEFAULT_TOOLS.has(name));
  return {
    listed: allowed.filter(isListed),
    hidden: toolsets === undefined ? allowed.filter((tool) => !isListed(tool)) : [],
  };
}

function checkToolsets(wanted: readonly string[], tools: readonly ServedTool[]): void {
  const known = ['default', 'all', ...new Set(tools.map(({ contract }) => contract.group))];
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = suggest(unknown, known);
  throw new IrisError('USAGE_INVALID', `There is no toolset ${unknown}`, {
    hint: near === undefined ? `Choose from: ${known.join(', ')}` : `Did you mean ${near}?`,
  });
}
