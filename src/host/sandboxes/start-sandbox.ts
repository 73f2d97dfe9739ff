import { randomBytes } from 'node:crypto';
import { IrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { Mux } from '../../core/mux.ts';
import type { Isolation, LaunchedSandbox, SandboxLimits } from '../isolation/launcher.ts';
import { askAgent } from './ask-agent.ts';
import { LiveSandbox, type SandboxSpec } from './live-sandbox.ts';
import { newSandboxId } from './sandbox-id.ts';
import { withDeadline } from './with-deadline.ts';

/** What V8 says when it cannot reserve what it starts with: 64 MB on Node 20, ten times that on Node 24. */
const OUT_OF_MEMORY = /Fatal process out of memory|Failed to reserve virtual memory/;

const START_TIMEOUT_MS = 20_000;

interface StartOptions {
  readonly isolation: Isolation;
  readonly agentFile: string;
  readonly limits: SandboxLimits;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Launches a sandbox and waits until its agent answers. Throws SANDBOX_UNAVAILABLE, and leaves nothing behind then. */
export function startSandbox(spec: SandboxSpec, options: StartOptions): Promise<LiveSandbox> {
  return withDeadline({ timeoutMs: START_TIMEOUT_MS, signal: options.signal }, async (signal) => {
    const { isolation, agentFile, limits, logger } = options;
    const id = newSandboxId();
    const { volumes } = spec;
    if (volumes) refuseVolumes(isolation);
    const launched = await isolation.launch({ sandboxId: id, limits, agentFile, volumes, signal });
    const sandbox = new LiveSandbox({
      id,
      accessToken: randomBytes(32).toString('hex'),
      spec,
      rung: isolation.rung,
      limits: isolation.facts,
      launched,
      mux: new Mux(launched.transport, { role: 'host' }),
      logger,
    });
    try {
      signal.throwIfAborted();
      await greet(sandbox, { spec, signal });
      return sandbox;
    } catch (cause) {
      await sandbox.kill();
      throw await startFailure(launched, limits, cause);
    }
  });
}

/** Without a mount namespace a folder cannot appear in one sandbox alone. */
function refuseVolumes({ rung }: Isolation): void {
  if (rung === 'bubblewrap' || rung === 'util-linux') return;
  throw new IrisError('USAGE_INVALID', `Volumes need isolation by namespaces; this host has: ${rung}`);
}

/** The agent answers as soon as it runs: until then the question waits in the transport. */
async function greet(
  sandbox: LiveSandbox,
  { spec, signal }: { spec: SandboxSpec; signal: AbortSignal },
): Promise<void> {
  const health = await askAgent(sandbox.envdAgent, { method: 'GET', path: '/health', signal });
  expectSuccess('/health', health.status);
  const envVars = {
    E2B_SANDBOX: 'true',
    E2B_SANDBOX_ID: sandbox.id,
    E2B_TEMPLATE_ID: spec.templateId,
    ...spec.envVars,
  };
  const init = await askAgent(sandbox.envdAgent, {
    method: 'POST',
    path: '/init',
    json: { envVars },
    signal,
  });
  expectSuccess('/init', init.status);
  // The agent may say goodbye right after its last answer.
  if (!sandbox.isLive) throw new IrisError('SANDBOX_LOST', 'The agent left right after its start');
}

function expectSuccess(path: string, status: number): void {
  if (status >= 200 && status < 300) return;
  throw new IrisError('SANDBOX_LOST', `The agent answered ${path} with status ${status}`);
}

async function startFailure(
  launched: LaunchedSandbox,
  limits: SandboxLimits,
  cause: unknown,
): Promise<IrisError> {
  const exit = await launched.exited.catch(() => undefined);
  const reason = cause instanceof Error ? cause.message : String(cause);
  const ending = exit?.signal ?? `exit code ${exit?.code ?? 'unknown'}`;
  const said = exit?.stderrTail.trim() ?? '';
  if (OUT_OF_MEMORY.test(said)) {
    const memory = `${Math.floor(limits.memoryBytes / (1024 * 1024))}MB`;
    const message = `The sandbox did not start: with ${memory} of memory Node ${process.versions.node} cannot`;
    return new IrisError('SANDBOX_UNAVAILABLE', `${message}; raise limits.memory`, { cause });
  }
  const message = `The sandbox did not start: ${reason} (${ending})${said === '' ? '' : `; it said: ${said}`}`;
  return new IrisError('SANDBOX_UNAVAILABLE', message, { hint: 'See: iris doctor', cause });
}
