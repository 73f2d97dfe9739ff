import { once } from 'node:events';
import type { HostVariables } from '../../app/host-record.ts';
import { IrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { callerContext } from '../../contract/caller-context.ts';
import type { CliContext } from '../context.ts';
import { ownDaemonPaths } from '../own-daemon.ts';
import { toPort } from '../words/to-port.ts';

export interface HostOptions {
  readonly port?: string;
  readonly isolation?: string;
  readonly net?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** `iris host`: serves E2B's protocol in the foreground until it is stopped. */
export async function serve(options: HostOptions, context: CliContext): Promise<void> {
  const { serveHost } = await import('../../app/serve-host.ts');
  const stopped = untilStopped();
  await using host = await serveHost({
    caller: callerContext(process.env, process.cwd()),
    stateDir: ownDaemonPaths().stateDir,
    agentFile: `${context.distDir}/agent/agent.cjs`,
    flags: { isolation: options.isolation },
    port: options.port === undefined ? undefined : toPort('--port', options.port),
    hasInternetByDefault: options.net === true,
    logger: options.verbose === true ? logToStderr : () => undefined,
  });
  printVariables(host.variables, options.json === true);
  process.stderr.write(
    `iris: serving E2B's protocol at ${host.variables.E2B_API_URL} (isolation: ${host.isolation})\n` +
      '  In another terminal: eval "$(iris host env)". Ctrl-C stops it and its sandboxes.\n',
  );
  for (const weakness of host.weaknesses) process.stderr.write(`iris: ${weakness}\n`);
  await stopped;
}

/** `iris host env`: the variables of the host that serves now; one that is just starting is waited for. */
export async function hostEnv(options: { readonly json?: boolean }): Promise<void> {
  const { readHostRecord } = await import('../../app/host-record.ts');
  const deadline = Date.now() + START_BUDGET_MS;
  for (;;) {
    const record = readHostRecord(ownDaemonPaths().stateDir);
    if (record !== undefined) return printVariables(record.variables, options.json === true);
    if (Date.now() > deadline) break;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new IrisError('SANDBOX_UNAVAILABLE', 'No embedded host serves E2B programs now', {
    hint: 'Start one in another terminal, or in the background: iris host &',
  });
}

/** As long as a host takes to find out how to wall sandboxes on a new machine. */
const START_BUDGET_MS = 3_000;
const POLL_MS = 50;

function printVariables(variables: HostVariables, isJson: boolean): void {
  if (isJson) process.stdout.write(`${JSON.stringify(variables)}\n`);
  else
    for (const [name, value] of Object.entries(variables)) process.stdout.write(`export ${name}=${value}\n`);
}

/** The signals are taken from the start on, so that a Ctrl-C in the middle of it leaves nothing behind. */
async function untilStopped(): Promise<void> {
  await Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => once(process, name)));
}

const logToStderr: Logger = (event, facts) => {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...facts })}\n`);
};
