import { homedir } from 'node:os';
import { ConfigCache } from '../config/config-cache.ts';
import { loadConfig, type LoadedConfig } from '../config/load.ts';
import type { ConfigFlags } from '../config/word-layer.ts';
import type {
  CallerContext,
  Check,
  CloseParams,
  CloseReport,
  ConfigRow,
  RunParams,
  ToolCallParams,
  ToolRow,
} from '../contract/daemon-wire.ts';
import type { RunPlan } from '../contract/run-plan.ts';
import type { RunEvent, RunResult } from '../contract/run-event.ts';
import type { SandboxRow } from '../contract/sandbox-wire.ts';
import { IrisError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { openBundler } from '../executor/bundle/bundler.ts';
import type { AttachedSandbox } from '../executor/attach-sandbox.ts';
import type { RunIo } from '../executor/run-request.ts';
import { BridgeTable } from '../bridge/bridge-table.ts';
import { attachTools, type AttachWish } from './attach-tools.ts';
import { Backends } from './backends.ts';
import { closeSandboxes } from './close-sandboxes.ts';
import { readOwnerMark } from './owner-mark.ts';
import { configRows } from './config-rows.ts';
import { openDatabaseDoor, type DatabaseDoor } from './database-door.ts';
import { evaluateCodeConfig } from './evaluate-code-config.ts';
import { examine } from './examine.ts';
import { followRun } from './follow-run.ts';
import { keyEvents } from './keys/key-events.ts';
import { KeyRing } from './keys/key-ring.ts';
import { listSandboxes } from './list-sandboxes.ts';
import type { Loaded } from './loaded.ts';
import { maskRun } from './mask-run.ts';
import { pullOf } from './copy/pull-files.ts';
import { planRun } from './plan-run.ts';
import { checkTags } from './runs/check-tags.ts';
import { hiddenValues, runFacts } from './runs/run-facts.ts';
import { RunKeeper } from './runs/run-keeper.ts';
import { openSandboxDoor, type SandboxDoor } from './sandbox-door.ts';
import { settleRun, type AskIo, type SettledRun } from './settle-run.ts';
import { Stores } from './stores.ts';
import { openServerDoor, type ServerDoor } from './server-door.ts';
import { openTelemetryDoor, type TelemetryDoor } from './telemetry-door.ts';
import { ToolsOfRun } from './tools-of-run.ts';

export interface AppOptions {
  readonly stateDir: string;
  readonly cacheDir: string;
  readonly agentFile: string;
  /** The built client that scripts import as iris-prime. */
  readonly wrapperFile: string;
  /** The folder with the built client for Python. */
  readonly pythonClientDir: string;
  readonly relayFile: string;
  /** The built program that sends and takes files in a sandbox. */
  readonly copierFile: string;
  /** The folder with the SQL of iris. */
  readonly migrationsDir: string;
  /** The built thread of the embedded database, and what a new one begins from. */
  readonly storeWorkerFile: string;
  readonly storeTemplateFile: string;
  /** Whether it goes on with the sandboxes that an earlier process left; only one process at a time may. */
  readonly resumes: boolean;
  /** Whether it keeps on disk what its runs wrote and came to. */
  readonly keepsRuns: boolean;
  readonly logger: Logger;
}

/** Everything that iris can do, wired: the daemon serves it over its socket, `--no-daemon` holds it in process. */
export interface App extends AsyncDisposable {
  /** Runs a script; one that is detached has to be kept, for nobody else sees what it writes. */
  run(params: RunParams, io: RunIo, how?: { readonly isDetached: boolean }): AsyncGenerator<RunEvent, void>;
  /** Finds out what `run` would do, and does none of it. */
  plan(params: RunParams, io: AskIo & Pick<RunIo, 'signal'>): Promise<RunPlan>;
  /** Lets the programs of a sandbox that iris did not make call tools. */
  attach(params: RunParams, io: AskIo, wish: AttachWish): Promise<AttachedSandbox>;
  listSandboxes(caller: CallerContext): Promise<SandboxRow[]>;
  closeSandboxes(params: CloseParams): Promise<CloseReport>;
  readonly sandboxes: SandboxDoor;
  /** The runs of this process. */
  readonly runs: Pick<RunKeeper, 'settle' | 'cancel' | 'cancelDetached' | 'detachedEnded'>;
  examine(caller: CallerContext): Promise<Check[]>;
  /** The configuration that holds for the caller, key by key. */
  listConfig(caller: CallerContext): Promise<ConfigRow[]>;
  listTools(): Promise<ToolRow[]>;
  /** Calls a tool on the caller's data. */
  callTool(params: ToolCallParams, signal: AbortSignal): Promise<unknown>;
  readonly database: DatabaseDoor;
  readonly telemetry: TelemetryDoor;
  /** Other MCP servers. */
  readonly servers: Omit<ServerDoor, 'grant' | keyof AsyncDisposable>;
  /** Loads what the first run needs while nobody waits. */
  warmUp(): void;
  readonly sandboxCount: number;
  readonly runCount: number;
  /** How long the daemon stays without work: the longest that a caller's configuration asked for. */
  readonly idleLimitMs: number;
}

const SHORTEST_IDLE_MS = 60_000;

/** Opens the app; what is heavy opens with the first request that needs it. */
export function openApp(options: AppOptions): App {
  const bundler = openBundler({ wrapperFile: options.wrapperFile, cacheDir: `${options.cacheDir}/bundles` });
  const cache = new ConfigCache();
  const bridges = new BridgeTable(options.logger);
  const backends = new Backends({ ...options, bundler, bridges });
  const stores = new Stores(options);
  const keys = new KeyRing();
  const keeper = new RunKeeper(options);
  let runs = 0;
  let idleLimitMs = SHORTEST_IDLE_MS;
  const hosts = new Set<{ readonly liveCount: number }>();
  const recordings = new Set<Promise<void>>();
  const keep = (recording: Promise<void> | undefined): void => {
    if (recording === undefined) return;
    recordings.add(recording);
    void recording.finally(() => recordings.delete(recording));
  };

  const read = async (caller: CallerContext, flags: ConfigFlags): Promise<LoadedConfig> => {
    const loaded = await loadConfig({
      cwd: caller.cwd,
      env: caller.env,
      flags,
      homeDir: homeOf(caller),
      cache,
      evaluateCodeConfig: (file) => evaluateCodeConfig(file, { backends, cacheDir: options.cacheDir }),
    });
    idleLimitMs = Math.max(loaded.config.daemon.idleMs, 1);
    return loaded;
  };
  const load = async (caller: CallerContext, flags: ConfigFlags = {}): Promise<Loaded> => {
    const loaded = await read(caller, flags);
    const keyed = await keys.complete(caller, { homeDir: homeOf(caller), config: loaded.config });
    return { ...loaded, ...keyed };
  };

  const servers = openServerDoor({ ...options, load });
  const settle = (params: RunParams, io: AskIo): Promise<SettledRun> =>
    settleRun({ params, io }, { load, servers, backends });

  return {
    async *run(params, io, { isDetached } = { isDetached: false }) {
      runs++;
      let tools: ToolsOfRun | undefined;
      let result: RunResult | undefined;
      try {
        const tags = checkTags(params.flags.tag ?? []);
        const settled = await settle(params, io);
        const { loaded, policy, granted, secrets, backend, request, costEvents } = settled;
        if (isDetached && loaded.config.runs.maxRuns === 0) throw notKept();
        if (isDetached) await granted?.readVariables();
        const parts = { ...options, bridges, stores, loaded, request };
        tools = new ToolsOfRun({ ...parts, servers: granted, policy });
        const openTools = tools.grant.bind(tools);
        const bringBack = pullOf(params, request, { ...options, client: backend.client });
        if (backend.host !== undefined) hosts.add(backend.host);
        if (loaded.config.isolation === 'none' && backend.host !== undefined) yield UNISOLATED;
        if (params.flags.new === true && params.flags.sandbox !== undefined) {
          await closeSandboxes(backends, {
            targets: [params.flags.sandbox],
            project: loaded.projectDir,
            all: false,
            owner: await readOwnerMark(options.stateDir),
          });
        }
        yield* [...keyEvents(loaded, backend.provider.kind), ...secrets.events, ...costEvents];
        const follower = {
          toolCalls: () => tools?.calls ?? [],
          costOf: ({ sandbox, timingsMs }: RunResult) =>
            backend.meter?.estimate(sandbox.id, timingsMs['total'] ?? 0) ?? 0,
          countOomKills: async (id: string) => backend.host?.facts(id)?.oomKills(),
          onFinished: (finished: RunResult) => {
            result = finished;
          },
        };
        const start = (watched: RunIo): AsyncIterable<RunEvent> =>
          maskRun(
            followRun(backend.executor.run({ ...request, openTools, bringBack }, watched), follower),
            secrets.values,
          );
        const hidden = hiddenValues(request, secrets.values);
        const facts = runFacts({ params, request, tags, isDetached, hidden });
        const kept = tools;
        yield* keeper.follow(start, io, { ...loaded.config.runs, facts, hidden, counts: () => kept.counts });
      } finally {
        runs--;
        keep(tools?.record(result));
      }
    },
    plan: async (params, io) => await planRun(await settle(params, io), params, io.signal),
    attach: async (params, io, wish) =>
      await attachTools(await settle(params, io), wish, { ...options, bridges, stores }),
    listSandboxes: async (caller) => {
      const loaded = await load(caller);
      return await listSandboxes(backends, await backends.open(loaded.config, loaded.env));
    },
    closeSandboxes: async (params) => {
      const loaded = await load(params);
      await backends.open(loaded.config, loaded.env);
      const owner = await readOwnerMark(options.stateDir);
      return await closeSandboxes(backends, { ...params, project: loaded.projectDir, owner });
    },
    runs: keeper,
    sandboxes: openSandboxDoor({ ...options, backends, load }),
    listConfig: async (caller) => {
      const loaded = await read(caller, {});
      return configRows(loaded, await keys.placeOf('E2B_API_KEY', caller, homeOf(caller)));
    },
    examine: (caller) => examine({ ...options, backends, stores, load }, caller),
    listTools: async () => (await import('../tools/describe-tools.ts')).describeTools(),
    callTool: async (params, signal) => {
      const { callTool } = await import('./call-tool.ts');
      const store = await stores.open(await load(params));
      return await callTool(params, { store, signal });
    },
    database: openDatabaseDoor({ stores, load, migrationsDir: options.migrationsDir }),
    telemetry: openTelemetryDoor({ stores, load }),
    servers,
    warmUp: () => void bundler.warmUp(),
    get sandboxCount() {
      return [...hosts].reduce((count, host) => count + host.liveCount, 0);
    },
    get runCount() {
      return runs;
    },
    get idleLimitMs() {
      return idleLimitMs;
    },
    [Symbol.asyncDispose]: async () => {
      await backends[Symbol.asyncDispose]();
      await servers[Symbol.asyncDispose]();
      await Promise.all([keeper[Symbol.asyncDispose](), ...recordings]);
      await stores[Symbol.asyncDispose]();
      await bundler[Symbol.asyncDispose]();
    },
  };
}

function homeOf({ env }: CallerContext): string {
  return env['HOME'] ?? homedir();
}

function notKept(): IrisError {
  return new IrisError('USAGE_INVALID', 'A detached run has to be kept, and runs.keep is 0', {
    hint: 'Keep some: IRIS_RUNS_KEEP=10, or run it without --detach.',
  });
}

const UNISOLATED: RunEvent = {
  type: 'notice',
  text: 'Isolation is off: this script can read and change everything that you can',
  hint: 'Drop --isolation none (or isolation: none in the config) to run it in a sandbox.',
};
