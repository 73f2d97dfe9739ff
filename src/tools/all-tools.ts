import { agentTools } from './agents/agents.ts';
import { metricTools } from './metrics/metrics.ts';
import { telemetryTools } from './telemetry/telemetry.ts';
import type { Tool } from './tool/tool.ts';

/** Every tool of iris, in the order in which it is listed. */
export const allTools: readonly Tool[] = [...agentTools, ...telemetryTools, ...metricTools];
