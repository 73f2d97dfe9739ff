import type { Duplex } from 'node:stream';
import { IrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { BRIDGE_CHANNEL_PORT } from '../../core/bridge-wire.ts';
import { EGRESS_CHANNEL_PORT } from '../../core/egress-wire.ts';
import { PROCESS_LOG_CHANNEL_PORT } from '../../core/process-log-wire.ts';
import { Mux, RESET_REFUSED } from '../../core/mux.ts';
import { EgressGate } from '../egress/egress-gate.ts';
import { hasWayOut } from '../egress/network-policy.ts';
import type {
  Isolation,
  IsolationFacts,
  LaunchedSandbox,
  SandboxHome,
  SandboxLimits,
} from '../isolation/launch/launcher.ts';
import { ProcessLines } from '../logs/process-lines.ts';
import { askAgent } from './ask-agent.ts';
import { LiveSandbox, type SandboxSpec } from './live-sandbox.ts';
import { withDeadline } from './with-deadline.ts';

/** What V8 says when it cannot reserve what it starts with: 64 MB on Node 20, ten times that on Node 24. */
const OUT_OF_MEMORY = /Fatal process out of memory|Failed to reserve virtual memory/;

const WITHOUT_SOCKETS: ReadonlySet<string> = new Set<Isolation['rung']>(['landlock', 'sandbox-exec']);
const START_TIMEOUT_MS = 20_000;

/** What stays the same however often a sandbox is started. */
export interface SandboxIdentity {
  readonly id: string;
  readonly accessToken: string;
  /** When it was started first. @default now */
  readonly startedAtMs?: number;
}

export interface StartOptions {
  readonly identity: SandboxIdentity;
  readonly home?: SandboxHome | undefined;
  readonly isolation: Isolation;
  readonly agentFile: string;
  readonly limits: SandboxLimits;
  /** Takes what scripts in the sandbox say to their tools; without it such channels are refused. */
  readonly onBridge?: BridgeTaker | undefined;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Takes a channel that a script opened. What comes on it is not to be trusted. */
export type BridgeTaker = (sandboxId: string, channel: Duplex) => void;

/** Launches a sandbox and waits until its agent answers. Throws SANDBOX_UNAVAILABLE, and leaves nothing behind then. */
export function startSandbox(spec: SandboxSpec, options: StartOptions): Promise<LiveSandbox> {
  return withDeadline({ timeoutMs: START_TIMEOUT_MS, signal: options.signal }, async (signal) => {
    const { identity, isolation, agentFile, home, limits, onBridge, logger } = options;
    refuseImpossible(spec, isolation);
    const { id } = identity;
    const { volumes } = spec;
    const launched = await isolation.launch({ sandboxId: id, limits, agentFile, home, volumes, signal });
    const egress = new EgressGate({ sandboxId: id, policy: spec.network, logger });
    const processLines = new ProcessLines({ sandboxId: id, logger });
    const sandbox = new LiveSandbox({
      ...identity,
      home,
      spec,
      rung: isolation.rung,
      limits: factsWith(home, isolation.facts),
      launched,
      egress,
      mux: new Mux(launched.transport, {
        role: 'host',
        onOpen: (channel, { port }) => {
          if (port === EGRESS_CHANNEL_PORT) egress.accept(channel);
          else if (port === PROCESS_LOG_CHANNEL_PORT) processLines.accept(channel);
          else if (port === BRIDGE_CHANNEL_PORT && onBridge !== undefined) onBridge(id, channel);
          else channel.destroy(new Error(RESET_REFUSED));
        },
      }),
      logger,
    });
    try {
      signal.throwIfAborted();
      await greet(sandbox, { spec, signal });
      sandbox.startClock();
      return sandbox;
    } catch (cause) {
      await sandbox.kill();
      throw await startFailure(launched, limits, cause);
    }
  });
}

/** Without a mount namespace a folder cannot appear in one sandbox alone. */
function refuseImpossible({ network, volumes = [] }: SandboxSpec, { rung }: Isolation): void {
  if (volumes.length > 0 && rung !== 'bubblewrap' && rung !== 'util-linux') {
    throw new IrisError('USAGE_INVALID', `Volumes need isolation by namespaces; this host has: ${rung}`);
  }
  if (!hasWayOut(network) || !WITHOUT_SOCKETS.has(rung)) return;
  throw new IrisError('USAGE_INVALID', `Isolation "${rung}" has no network to offer`, {
    hint: 'Use a machine with bubblewrap or user namespaces: iris doctor',
  });
}

/** Folders of the host have no size of their own: the disk guard only ends what takes too much. */
function factsWith(
  home: SandboxHome | undefined,
  facts: IsolationFacts | undefined,
): IsolationFacts | undefined {
  return facts && home?.kind === 'folder' ? { ...facts, diskLimit: 'watched' } : facts;
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
    json: { envVars, egress: sandbox.hasProxy },
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
