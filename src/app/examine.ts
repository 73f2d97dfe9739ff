import type { CallerContext, Check } from '../contract/daemon-wire.ts';
import { toIrisError } from '../core/errors.ts';
import { chooseIsolation } from '../host/isolation/choose-isolation.ts';
import type { IsolationFacts } from '../host/isolation/launch/launcher.ts';
import { backendKind, type Backends } from './backends.ts';
import { e2bApiUrl } from './e2b-api-url.ts';
import { formatEstimate, formatUsd } from '../core/money.ts';
import type { Loaded } from './loaded.ts';
import type { Stores } from './stores.ts';

export interface ExamineOptions {
  readonly stateDir: string;
  readonly backends: Backends;
  readonly stores: Stores;
  readonly load: (caller: CallerContext) => Promise<Loaded>;
}

/** Tries each part that a run needs and says how it stands, with the next step where it does not. */
export async function examine(options: ExamineOptions, caller: CallerContext): Promise<Check[]> {
  const checks: Check[] = [nodeCheck()];
  const loaded = await attempt('config', checks, () => options.load(caller));
  if (loaded === undefined) return checks;
  checks.push({
    name: 'config',
    state: 'ok',
    text: loaded.files.length === 0 ? 'defaults' : loaded.files.join(', '),
  });
  await attempt('provider', checks, async () => checks.push(providerCheck(loaded)));
  await attempt('isolation', checks, async () => checks.push(...(await isolationChecks(options, loaded))));
  await attempt('host', checks, async () => checks.push(...(await hostChecks(options.backends, loaded))));
  await attempt('store', checks, async () => checks.push(await storeCheck(options.stores, loaded)));
  await attempt('cost', checks, async () => checks.push(...(await costChecks(options.backends, loaded))));
  return checks;
}

function nodeCheck(): Check {
  return { name: 'node', state: 'ok', text: `${process.version} at ${process.execPath}` };
}

/** Which provider a run would take here, and what says so. */
function providerCheck({ config, env, keptIn, origins }: Loaded): Check {
  const kind = backendKind(config, env);
  const kept = keptIn.get('E2B_API_KEY');
  const isSet = (env['E2B_API_KEY'] ?? '') !== '';
  const keyText =
    kept === undefined ? `E2B_API_KEY is ${isSet ? 'set' : 'not set'}` : `E2B_API_KEY is in the ${kept}`;
  const because =
    config.provider === 'auto' ? keyText : `says ${origins.get('provider') ?? 'the configuration'}`;
  const text = kind === 'e2b' ? `e2b at ${e2bApiUrl(env)}, ${because}` : `embedded, ${because}`;
  return { name: 'provider', state: 'ok', text };
}

async function isolationChecks({ stateDir }: ExamineOptions, { config }: Loaded): Promise<Check[]> {
  const isolation = await chooseIsolation({
    wanted: config.isolation,
    required: config.requireIsolation,
    cacheFile: `${stateDir}/isolation.json`,
  });
  const isOff = isolation.rung === 'none';
  return [
    {
      name: 'isolation',
      state: isOff ? 'warn' : 'ok',
      text: `${isolation.rung} (${isolation.facts?.level ?? 'unknown'}): ${isolation.reason}`,
      fix: isOff ? 'Remove isolation: none from the config.' : undefined,
    },
    ...isolation.weaknesses.map((text): Check => ({ name: 'isolation', state: 'warn', text })),
  ];
}

const MEMORY_TEXTS = {
  cgroup: 'memory: of the whole sandbox, by a control group',
  'per process': 'memory: of each process; the sandbox as a whole has no limit',
  none: 'memory: no limit',
} as const;

const DISK_TEXTS = {
  'fixed size': 'disk: the home has a fixed size',
  watched: 'disk: the home has no fixed size; the sandbox that exceeds its share is ended, perhaps too late',
  'per file': 'disk: of each file; the sandbox as a whole has no limit',
  none: 'disk: no limit',
} as const;

function limitChecks(facts: IsolationFacts | undefined): Check[] {
  if (facts === undefined) return [];
  const { memoryLimit, diskLimit } = facts;
  return [
    { name: 'limits', state: memoryLimit === 'cgroup' ? 'ok' : 'warn', text: MEMORY_TEXTS[memoryLimit] },
    { name: 'limits', state: diskLimit === 'fixed size' ? 'ok' : 'warn', text: DISK_TEXTS[diskLimit] },
  ];
}

/** Makes a sandbox and ends it: the one proof that runs will work, and of which limits it really has. */
async function hostChecks(backends: Backends, { config, env }: Loaded): Promise<Check[]> {
  const kind = backendKind(config, env);
  const startedAt = performance.now();
  const { provider, host } = await backends.open(config, env);
  const sandbox = await provider.create({ metadata: {}, timeoutMs: 60_000, allowInternetAccess: false });
  const limits = host?.facts(sandbox.id)?.limits;
  await provider.kill(sandbox.id);
  const ms = Math.round(performance.now() - startedAt);
  const text = `${kind}: made and closed a sandbox in ${ms} ms`;
  return [{ name: 'host', state: 'ok', text }, ...limitChecks(limits)];
}

/** Opens the data of the tools and asks what is in it. */
async function storeCheck(stores: Stores, loaded: Loaded): Promise<Check> {
  const startedAt = performance.now();
  const store = await stores.open(loaded);
  await store.call('iris_status', {});
  const ms = Math.round(performance.now() - startedAt);
  return { name: 'store', state: 'ok', text: `${store.engine}: opened and asked in ${ms} ms` };
}

/** What the month has come to; nothing to tell where nothing was ever in the cloud. */
async function costChecks({ costs }: Backends, { config, env }: Loaded): Promise<Check[]> {
  const { month, spentUsd, committedUsd } = await costs.month();
  if (backendKind(config, env) === 'embedded' && spentUsd + committedUsd === 0) return [];
  const limit = config.cost.maxPerMonthUsd;
  const most = limit === undefined ? 'no limit' : `the limit is ${formatUsd(limit)}`;
  const isOver = limit !== undefined && spentUsd + committedUsd > limit;
  return [
    {
      name: 'cost',
      state: isOver ? 'warn' : 'ok',
      text: `${month}: ${formatEstimate(spentUsd)} in the cloud so far (estimate), ${most}`,
      fix: isOver ? 'Close sandboxes with iris sandbox close --all, or raise cost.maxPerMonth.' : undefined,
    },
  ];
}

async function attempt<T>(name: string, checks: Check[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    const error = toIrisError(thrown);
    checks.push({ name, state: 'fail', text: error.message, fix: error.hint });
    return undefined;
  }
}
