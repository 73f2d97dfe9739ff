import { Command, Option } from 'commander';
import { VERSION } from '../core/version.ts';
import type { CliContext } from './context.ts';
import { addAgents } from './program/agents.ts';
import { addEvents } from './program/events.ts';
import { addPrompts } from './program/prompts.ts';
import { addPatterns } from './program/patterns.ts';
import { addAuth } from './program/auth.ts';
import { addBridge } from './program/bridge.ts';
import { addCapabilities } from './program/capabilities.ts';
import { addCompletion } from './program/completion.ts';
import { addCopy } from './program/copy.ts';
import { addConsensus } from './program/consensus.ts';
import { addReflexion } from './program/reflexion.ts';
import { addInit } from './program/init.ts';
import { addMcp } from './program/mcp.ts';
import { addMetrics } from './program/metrics.ts';
import { addLineage } from './program/lineage.ts';
import { addTelemetry } from './program/telemetry.ts';
import { addConfig } from './program/config.ts';
import { addDaemon } from './program/daemon.ts';
import { addDb } from './program/db.ts';
import { addDoctor } from './program/doctor.ts';
import { addHost } from './program/host.ts';
import { addRun } from './program/run.ts';
import { addRuns } from './program/runs.ts';
import { addSandbox } from './program/sandbox.ts';
import { addTools } from './program/tools.ts';
import { addTypes } from './program/types.ts';
import { addVolumes } from './program/volumes.ts';

/** The whole command line as commander sees it; each action loads its work on demand. */
export function buildProgram(context: CliContext): Command {
  const program = new Command('iris')
    .description('Run TypeScript in an isolated sandbox.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    // main() prints what is wrong, in the form that was asked for.
    .configureOutput({ outputError: () => undefined });
  addRun(program, context);
  addRuns(program, context);
  addInit(program, context);
  addSandbox(program, context);
  addCopy(program, context);
  addVolumes(program, context);
  addDaemon(program, context);
  addHost(program, context);
  addTools(program, context);
  addAgents(program, context);
  addEvents(program, context);
  addPrompts(program, context);
  addPatterns(program, context);
  addConsensus(program, context);
  addReflexion(program, context);
  addMetrics(program, context);
  addLineage(program, context);
  addTelemetry(program, context);
  addMcp(program, context);
  addTypes(program, context);
  addDb(program, context);
  addDoctor(program, context);
  addConfig(program, context);
  addAuth(program, context);
  addBridge(program, context);
  addCapabilities(program);
  addCompletion(program);
  takeNoInput(program);
  return program;
}

/** Programs may say `--no-input` wherever they call iris, and need not know which commands would ask. */
function takeNoInput(command: Command): void {
  const isKnown = command.options.some(({ long }) => long === '--no-input');
  if (!isKnown) command.addOption(new Option('--no-input', 'never ask for anything').hideHelp());
  for (const child of command.commands) takeNoInput(child);
}
