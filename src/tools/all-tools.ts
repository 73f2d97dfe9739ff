import { agentTools } from './agents/agents.ts';
import { consensusTools } from './consensus/consensus.ts';
import { dataTools } from './data/data.ts';
import { patternTools } from './patterns/patterns.ts';
import { promptTools } from './prompts/prompts.ts';
import { reflexionTools } from './reflexion/reflexion.ts';
import type { Tool } from './tool/tool.ts';

/** Every tool of iris, in the order in which it is listed. */
export const allTools: readonly Tool[] = [
  ...patternTools,
  ...reflexionTools,
  ...consensusTools,
  ...promptTools,
  ...agentTools,
  ...dataTools,
];
