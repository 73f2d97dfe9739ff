import { agentTools } from './agents/agents.ts';
import { consensusTools } from './consensus/consensus.ts';
import { dataTools } from './data/data.ts';
import { lineageTools } from './lineage/lineage.ts';
import { metricTools } from './metrics/metrics.ts';
import { patternTools } from './patterns/patterns.ts';
import { promptTools } from './prompts/prompts.ts';
import { reflexionTools } from './reflexion/reflexion.ts';
import { runTools } from './runs/runs.ts';
import { telemetryTools } from './telemetry/telemetry.ts';
import type { Tool } from './tool/tool.ts';

/** Every tool of iris, in the order in which it is listed. */
export const allTools: readonly Tool[] = [
  ...patternTools,
  ...reflexionTools,
  ...consensusTools,
  ...telemetryTools,
  ...promptTools,
  ...lineageTools,
  ...metricTools,
  ...agentTools,
  ...runTools,
  ...dataTools,
];
