import { join } from 'node:path';
import type { IrisConfig } from '../config/iris-config.ts';
import type { BridgeTable } from '../bridge/bridge-table.ts';
import type { CallerContext } from '../contract/daemon-wire.ts';
import { IrisError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Bundler } from '../executor/bundle/bundler.ts';
import { EndpointCache } from '../sandbox/endpoint-cache.ts';
import { openExecutor, type Executor } from '../executor/open-executor.ts';
import { chooseIsolation } from '../host/isolation/choose-isolation.ts';
import type { EmbeddedHost } from '../host/host.ts';
import { openHttpClient, type HttpClient } from '../sandbox/http-request.ts';
import { CostLedger } from '../sandbox/cost/cost-ledger.ts';
import { CostMeter } from '../sandbox/cost/cost-meter.ts';
import type { CreateOptions, CreatedSandbox, SandboxProvider } from '../sandbox/sandbox.ts';
import { slotOf } from './cost-slot.ts';
import { makerNotes } from './maker-notes.ts';
import { readOwnerMark } from './owner-mark.ts';

export interface BackendOptions {
  readonly stateDir: string;
  readonly agentFile: string;
  /** The built relay of the bridge. */
  readonly pythonClientDir: string;
  readonly relayFile: string;
  /** Where scripts in sandboxes find the tools of their run. */
  readonly bridges: BridgeTable;
  readonly bundler: Bundler;
  /** Whether sandboxes of earlier processes are taken up again. */
  readonly resumes: boolean;
  readonly logger: Logger;
}

/** One place where sandboxes live, and the executor that runs scripts there. */
export interface Backend {
  readonly provider: SandboxProvider;
  readonly executor: Executor;
  readonly host: EmbeddedHost | undefined;
  readonly client: HttpClient;
  /** Where later processes find the sandboxes of this one, for those that outlive it. */
  readonly endpoints: EndpointCache | undefined;
  readonly isolationOf: (sandboxId: string) => string;
  /** Undefined where sandboxes cost nothing. */
  readonly meter: CostMeter | undefined;
}

export type BackendKind = 'embedded' | 'e2b';

/** Opens backends on demand and keeps them; this is the only place that picks a provider. */
export class Backends implements AsyncDisposable {
  readonly #options: BackendOptions;
  readonly #byKey = new Map<string, Promise<Backend>>();
  /** What sandboxes in the cloud have come to. */
  readonly costs: CostLedger;

  constructor(options: BackendOptions) {
    this.#options = options;
    this.costs = new CostLedger(join(options.stateDir, 'cost'));
  }

  /** The backend that this configuration and environment ask for. */
  async open(config: IrisConfig, env: CallerContext['env']): Promise<Backend> {
    const kind = backendKind(config, env);
    const key = kind === 'e2b' ? e2bKey(config, env) : embeddedKey(config);
    const known = this.#byKey.get(key);
    if (known !== undefined) return await known;
    const opening = kind === 'e2b' ? this.#openE2b(config, env) : this.#openEmbedded(config);
    this.#byKey.set(key, opening);
    try {
      return await opening;
    } catch (thrown) {
      this.#byKey.delete(key);
      throw thrown;
    }
  }

  /** Every backend that is open now. */
  async opened(): Promise<Backend[]> {
    const settled = await Promise.allSettled(this.#byKey.values());
    return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const backends = await this.opened();
    await Promise.all(
      backends.map(async ({ client, endpoints, host, meter }) => {
        await host?.[Symbol.asyncDispose]();
        await endpoints?.[Symbol.asyncDispose]();
        await meter?.settled();
        client.destroy();
      }),
    );
  }

  async #openEmbedded(config: IrisConfig): Promise<Backend> {
    const { agentFile, stateDir, bridges, logger } = this.#options;
    const [{ openHost }, { openProvider }] = await Promise.all([
      import('../host/host.ts'),
      import('../sandbox/open-provider.ts'),
    ]);
    const isolation = () =>
      chooseIsolation({
        wanted: config.isolation,
        required: config.requireIsolation,
        cacheFile: `${stateDir}/isolation.json`,
      });
    const host = await openHost({
      isolation,
      agentFile,
      limits: config.limits,
      stateDir,
      onBridge: (_id, channel) => bridges.accept(channel),
      takesAnyTemplate: false,
      logger,
    });
    const provider = openProvider({
      kind: 'embedded',
      apiKey: host.apiKey,
      apiUrl: host.url,
      sandboxUrl: host.url,
      template: config.template,
    });
    const isolationOf = (id: string): string => host.facts(id)?.isolation ?? 'unknown';
    return this.#toBackend({
      provider: {
        ...provider,
        create: (options) => createWhenReady(host, provider, options),
        // A question whose answer is known is not asked over HTTP.
        list: (metadata) => (host.sandboxCount === 0 ? Promise.resolve([]) : provider.list(metadata)),
      },
      host,
      endpoints: undefined,
      isolationOf,
      client: openHttpClient({ wayTo: (id) => host.envdAgent(id) }),
      meter: undefined,
    });
  }

  async #openE2b(config: IrisConfig, env: CallerContext['env']): Promise<Backend> {
    const { resumes, stateDir } = this.#options;
    const { openProvider } = await import('../sandbox/open-provider.ts');
    const provider = openProvider({
      kind: 'e2b',
      apiKey: env['E2B_API_KEY'] ?? '',
      apiUrl: env['E2B_API_URL'],
      sandboxUrl: env['E2B_SANDBOX_URL'],
      domain: env['E2B_DOMAIN'],
      template: config.template,
    });
    const { prices, assumed } = config.cost;
    const { logger } = this.#options;
    const meter = new CostMeter({ ledger: this.costs, prices, assumed, slotOf, logger });
    return this.#toBackend({
      provider: meter.watch(provider),
      meter,
      host: undefined,
      endpoints: resumes ? new EndpointCache(join(stateDir, 'endpoints'), e2bKey(config, env)) : undefined,
      isolationOf: () => 'microvm',
      client: openHttpClient(),
    });
  }

  #toBackend(parts: Omit<Backend, 'executor'>): Backend {
    const { bridges, bundler, logger, pythonClientDir, relayFile, resumes, stateDir } = this.#options;
    const owner = resumes ? () => readOwnerMark(stateDir) : undefined;
    const notes = () => makerNotes(stateDir);
    const acceptBridge = bridges.accept.bind(bridges);
    return {
      ...parts,
      executor: openExecutor({
        ...parts,
        owner,
        notes,
        bundler,
        pythonClientDir,
        relayFile,
        acceptBridge,
        logger,
      }),
    };
  }
}

/** Flag, environment and config first; without a word, a key means the cloud and no key this machine. */
export function backendKind(config: IrisConfig, env: CallerContext['env']): BackendKind {
  const hasKey = (env['E2B_API_KEY'] ?? '') !== '';
  if (config.provider === 'auto') return hasKey ? 'e2b' : 'embedded';
  if (config.provider === 'e2b' && !hasKey) {
    throw new IrisError(
      'AUTH_MISSING',
      'Provider e2b needs an API key, and there is none: E2B_API_KEY is not set',
      {
        hint: 'Keep a key from e2b.dev with iris auth login, or export E2B_API_KEY=…, or use --provider embedded.',
      },
    );
  }
  return config.provider;
}

/** Asks the host itself first: what it says over HTTP has neither the code nor the remedy. */
async function createWhenReady(
  host: EmbeddedHost,
  provider: SandboxProvider,
  options: CreateOptions,
): Promise<CreatedSandbox> {
  await host.ready();
  return await provider.create(options);
}

function embeddedKey(config: IrisConfig): string {
  return JSON.stringify(['embedded', config.isolation, config.requireIsolation, config.limits]);
}

function e2bKey(config: IrisConfig, env: CallerContext['env']): string {
  const { E2B_API_KEY, E2B_API_URL, E2B_SANDBOX_URL, E2B_DOMAIN } = env;
  const { template, cost } = config;
  const place = [E2B_API_KEY, E2B_API_URL, E2B_SANDBOX_URL, E2B_DOMAIN];
  return JSON.stringify(['e2b', ...place, template, cost.prices, cost.assumed]);
}
