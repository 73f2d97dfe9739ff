import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { IrisError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { handleVolumeContent } from './control/volumes/volume-content.ts';
import { openControlPlane } from './control/control-plane.ts';
import type { Isolation, IsolationFacts, Rung, SandboxLimits } from './isolation/launch/launcher.ts';
import { Logbook } from './logs/logbook.ts';
import { MetricsHistory } from './metrics/metrics-history.ts';
import { takeSample } from './metrics/take-sample.ts';
import { isPlainUpgrade, openDataPlane } from './proxy/data-plane.ts';
import { serveData } from './proxy/serve-data.ts';
import type { ChannelAgent } from './sandboxes/channel-agent.ts';
import { DiskGuard, type GuardedSandbox } from './sandboxes/disk-guard.ts';
import { SandboxRegistry } from './sandboxes/registry.ts';
import { SandboxStore } from './sandboxes/sandbox-store.ts';
import { Snapshots } from './sandboxes/snapshots.ts';
import { sandboxStarter } from './sandboxes/sandbox-starter.ts';
import type { BridgeTaker } from './sandboxes/start-sandbox.ts';
import { SecretStore } from './secrets/secret-store.ts';
import { stateFolder, type StateFolder } from './state-folder.ts';
import { volumeOwner } from './volumes/volume-owner.ts';
import { VolumeStore } from './volumes/volume-store.ts';

const LOOPBACK = '127.0.0.1';
const HEADERS_TIMEOUT_MS = 15_000;
/** Longer than clients keep idle connections, so that the client closes first and no request meets a closing socket. */
const KEEP_ALIVE_MS = 65_000;

export interface HostOptions {
  /** How to isolate; a function is asked when the first sandbox is created. */
  readonly isolation: Isolation | (() => Promise<Isolation>);
  /** The built agent; see LaunchRequest. */
  readonly agentFile: string;
  readonly limits: SandboxLimits;
  /** Where homes and snapshots are kept, so that they outlive this process; without one they are in memory. */
  readonly stateDir?: string | undefined;
  /** @default any free one */
  readonly port?: number;
  /** @default a random one */
  readonly apiKey?: string;
  /** @default 64 */
  readonly maxSandboxes?: number;
  /**
   * How long a client may take for the head of a request.
   * @default 15 seconds
   */
  readonly headersTimeoutMs?: number;
  /** @default 64 */
  readonly maxPausedSandboxes?: number;
  /** Takes what scripts in sandboxes say to their tools; without it they have none. */
  readonly onBridge?: BridgeTaker | undefined;
  /**
   * Whether a sandbox that says nothing about it reaches the internet, as in E2B's cloud.
   * @default false
   */
  readonly hasInternetByDefault?: boolean;
  /**
   * Whether a template of a name that is not known here gives a plain sandbox, for programs that name one of their own.
   * @default true
   */
  readonly takesAnyTemplate?: boolean;
  readonly logger: Logger;
}

/** What the host knows of a live sandbox besides what E2B's protocol tells. */
export interface SandboxFacts {
  readonly isolation: Rung;
  readonly pid: number;
  readonly limits: IsolationFacts | undefined;
  /** How many processes the kernel has ended for want of memory; undefined where nobody counts. */
  readonly oomKills: () => Promise<number | undefined>;
}

/** A server that speaks E2B's protocol on one loopback port. */
export interface EmbeddedHost extends AsyncDisposable {
  /** What E2B calls the API URL and the sandbox URL. */
  readonly url: string;
  readonly apiKey: string;
  readonly liveCount: number;
  /** Also those of which there are files alone. */
  readonly sandboxCount: number;
  /** Finds out how to isolate. Throws ISOLATION_UNAVAILABLE with the whole reason, for which E2B's protocol has no room. */
  ready(): Promise<void>;
  /** What the host knows of a live sandbox and E2B's protocol has no word for. */
  facts(sandboxId: string): SandboxFacts | undefined;
  /**
   * The way to a live sandbox's envd for whoever holds this host itself: past the proxy, whose token is for others.
   * Requests go to port 49983.
   */
  envdAgent(sandboxId: string): ChannelAgent | undefined;
}

/** Opens an embedded host. Throws SANDBOX_UNAVAILABLE when its port is taken. */
export async function openHost(options: HostOptions): Promise<EmbeddedHost> {
  const { agentFile, limits } = options;
  const logbook = new Logbook();
  const logger = logbook.listen(options.logger);
  const state = stateFolder(options.stateDir);
  const owner = volumeOwner(process.getuid?.() === 0);
  const volumes = new VolumeStore({ stateDir: state.path, owner });
  const secrets = new SecretStore(state.path);
  const metrics = new MetricsHistory({ sample: (sandbox) => takeSample(sandbox, limits) });
  const apiKey = options.apiKey ?? `e2b_${randomBytes(20).toString('hex')}`;
  const headersTimeoutMs = options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS;
  const isolation = once(options.isolation);
  const store =
    options.stateDir === undefined ? undefined : await SandboxStore.open(options.stateDir, limits.homeBytes);
  const registry = await SandboxRegistry.open({
    starter: sandboxStarter({ store, isolation, agentFile, limits, onBridge: options.onBridge, logger }),
    store,
    maxLive: options.maxSandboxes,
    maxPaused: options.maxPausedSandboxes,
    logger,
  });
  const guard =
    options.stateDir === undefined
      ? undefined
      : new DiskGuard({
          folder: options.stateDir,
          homeBytes: limits.homeBytes,
          sandboxes: () => withFolders(registry),
          logger,
        });
  const snapshots = store && new Snapshots(store.snapshotsFolder);
  // Uploads take as long as they take; only heads are timed.
  const serverOptions = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: headersTimeoutMs,
    connectionsCheckingInterval: Math.ceil(headersTimeoutMs / 3),
    requestTimeout: 0,
    noDelay: true,
    // Node 20 does not know it; there, the proxy has the server read such a request once more.
    shouldUpgradeCallback: isPlainUpgrade,
  };
  const server = createServer(serverOptions);
  const port = await listen(server, options.port ?? 0);
  const handleControl = openControlPlane({
    context: {
      registry,
      snapshots,
      limits,
      logbook,
      metrics,
      volumes,
      secrets,
      hasInternetByDefault: options.hasInternetByDefault ?? false,
      takesAnyTemplate: options.takesAnyTemplate ?? true,
      domain: `localhost:${port}`,
    },
    apiKey,
    logger,
  });
  serveData(server, openDataPlane({ registry, apiKey }), async (request, response) => {
    if (!handleVolumeContent({ volumes, logger }, request, response)) await handleControl(request, response);
  });
  return toHost({ server, registry, guard, state, apiKey, port, isolation });
}

/** Asks once; an answer that failed is asked for again, for the user may have mended the cause. */
function once(isolation: HostOptions['isolation']): () => Promise<Isolation> {
  if (typeof isolation !== 'function') return () => Promise.resolve(isolation);
  let asked: Promise<Isolation> | undefined;
  return () => {
    asked ??= isolation().catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new IrisError('SANDBOX_UNAVAILABLE', `Cannot listen on ${LOOPBACK}:${port}`, { cause }));
    });
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : port);
    });
  });
}

interface HostParts {
  readonly server: Server;
  readonly registry: SandboxRegistry;
  readonly guard: DiskGuard | undefined;
  readonly state: StateFolder;
  readonly apiKey: string;
  readonly port: number;
  readonly isolation: () => Promise<Isolation>;
}

function toHost({ server, registry, guard, state, apiKey, port, isolation }: HostParts): EmbeddedHost {
  return {
    url: `http://${LOOPBACK}:${port}`,
    apiKey,
    get liveCount() {
      return registry.liveCount;
    },
    get sandboxCount() {
      return registry.known().length;
    },
    ready: async () => {
      await isolation();
    },
    facts: (sandboxId) => {
      const sandbox = registry.get(sandboxId);
      return (
        sandbox && {
          isolation: sandbox.rung,
          pid: sandbox.pid,
          limits: sandbox.limits,
          oomKills: () => sandbox.oomKills(),
        }
      );
    },
    envdAgent: (sandboxId) => registry.get(sandboxId)?.envdAgent,
    [Symbol.asyncDispose]: async () => {
      await close(server, registry);
      guard?.[Symbol.dispose]();
      await state[Symbol.asyncDispose]();
    },
  };
}

/** Images have a size of their own; volumes have none. */
function withFolders(registry: SandboxRegistry): GuardedSandbox[] {
  return registry.all().flatMap(({ id, home, spec }) => {
    const kill = async (): Promise<void> => void (await registry.kill(id));
    const volumes = (spec.volumes ?? []).map(({ dir }) => ({ id, folder: dir, isShared: true, kill }));
    return home?.kind === 'folder' ? [{ id, folder: home.path, kill }, ...volumes] : volumes;
  });
}

async function close(server: Server, registry: SandboxRegistry): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  await registry[Symbol.asyncDispose]();
  server.closeAllConnections();
  await closed;
}
