import { agentDeregister, agentFind, agentHeartbeat, agentRegister, agentStatusTool } from './agents.ts';
import {
  consensusClose,
  consensusList,
  consensusOpen,
  consensusStatusTool,
  consensusVote,
} from './consensus.ts';
import type { ToolContract } from './contract.ts';
import { dataDelete, dataExport } from './data.ts';
import { lineageGet, lineageTrack } from './lineage.ts';
import { metricList, metricRecord, metricsGet } from './metrics.ts';
import { patternDiscovery, patternExplain, processMap } from './patterns.ts';
import { promptDelete, promptDiff, promptGet, promptLabel, promptList, promptSave } from './prompts.ts';
import { reflexionAgreement, reflexionEvaluate, reflexionFeedback, reflexionRecall } from './reflexion.ts';
import { runGet, runList } from './runs.ts';
import { telemetryLog, telemetryQuery, telemetryTrace } from './telemetry.ts';

/** What every tool promises, in the order in which they are listed; no handler is loaded for it. */
export const allContracts: readonly ToolContract[] = [
  patternDiscovery,
  patternExplain,
  processMap,
  reflexionEvaluate,
  reflexionRecall,
  reflexionFeedback,
  reflexionAgreement,
  consensusVote,
  consensusStatusTool,
  consensusOpen,
  consensusClose,
  consensusList,
  telemetryLog,
  telemetryQuery,
  telemetryTrace,
  promptGet,
  promptSave,
  promptList,
  promptLabel,
  promptDiff,
  promptDelete,
  lineageTrack,
  lineageGet,
  metricRecord,
  metricsGet,
  metricList,
  agentRegister,
  agentStatusTool,
  agentHeartbeat,
  agentFind,
  agentDeregister,
  runList,
  runGet,
  dataExport,
  dataDelete,
];
