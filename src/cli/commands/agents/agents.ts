import { agentStatusTool } from '../../../contract/tools/agents.ts';
import { IrisError } from '../../../core/errors.ts';
import { suggest } from '../../../core/suggest.ts';
import { askTool } from '../../ask-tool.ts';
import type { CliContext } from '../../context.ts';
import { printJson, printNothing } from '../../terminal/print.ts';
import { readPages, type ListOptions } from '../../read-pages.ts';
import { renderAgent, renderAgents, type Agent } from '../../render/agents.ts';
import { openScreen } from '../../terminal/screen.ts';

/** `iris agents`: who is there, or what is known of one. */
export async function agents(
  agentId: string | undefined,
  options: ListOptions,
  context: CliContext,
): Promise<void> {
  if (agentId !== undefined) return await showAgent(agentId, options, context);
  const rows = await readAgents(options, context);
  if (options.json === true) return printJson(rows);
  if (rows.length === 0) {
    return printNothing('no agents yet', `One is there when it has registered: ${REGISTER}`);
  }
  process.stdout.write(renderAgents(rows, openScreen()));
}

const REGISTER = `iris tools call agent_register -i '{"agentId":"reviewer-1"}'`;

async function showAgent(agentId: string, options: ListOptions, context: CliContext): Promise<void> {
  const answer = await askTool(agentStatusTool, { agentId }, context);
  const agent = answer.agents[0];
  if (agent?.registered !== true) throw await unknownAgent(agentId, context);
  if (options.json === true) printJson(agent);
  else process.stdout.write(renderAgent(agent, openScreen()));
}

async function unknownAgent(agentId: string, context: CliContext): Promise<IrisError> {
  const { agents: known } = await askTool(agentStatusTool, { limit: 1000 }, context);
  const near = suggest(
    agentId,
    known.map((one) => one.agentId),
  );
  return new IrisError('IRIS_NOT_FOUND', `There is no agent "${agentId}"`, {
    hint: near === undefined ? 'List them: iris agents' : `Did you mean ${near}?`,
  });
}

async function readAgents(options: ListOptions, context: CliContext): Promise<Agent[]> {
  return await readPages(async (request) => {
    const { agents: rows, nextCursor } = await askTool(agentStatusTool, request, context);
    return { rows, nextCursor };
  }, options);
}
