import { ApiClient, ConnectionConfig, E2B, SandboxError } from '@e2b/code-interpreter';
import type { SandboxRef } from '../contract/run-event.ts';
import { IrisError, toIrisError } from '../core/errors.ts';
import { maskError } from '../core/mask.ts';
import {
  describe,
  listAll,
  listSnapshots,
  readLogs,
  readUsage,
  setTimeLeft,
  toSnapshot,
  type E2bClass,
} from './control-calls.ts';
import { connectGranted, createOnce } from './create-once.ts';
import { mapped, outcomeOf } from './map-e2b-error.ts';
import { networkOptions, networkUpdate } from './network-options.ts';
import { createVolume, listVolumes } from './volume-calls.ts';
import { retrying } from './retry.ts';
import type { CreatedSandbox, CreateOptions, SandboxProvider, WayOut } from './sandbox.ts';

export interface ProviderOptions {
  readonly kind: SandboxRef['provider'];
  readonly apiKey: string;
  readonly template: string;
  /** Control plane and data plane of a host that is not E2B's cloud. */
  readonly apiUrl?: string | undefined;
  readonly sandboxUrl?: string | undefined;
  readonly domain?: string | undefined;
}

type Connected = Awaited<ReturnType<typeof createConnected>>;

const ENVD_PORT = 49983;
const CONTROL_TIMEOUT_MS = 60_000;

/** Opens E2B's control plane, or a host that speaks its protocol; makes no request by itself. */
export function openProvider(options: ProviderOptions): SandboxProvider {
  const connection = {
    apiKey: options.apiKey,
    ...(options.apiUrl === undefined ? {} : { apiUrl: options.apiUrl }),
    ...(options.sandboxUrl === undefined ? {} : { sandboxUrl: options.sandboxUrl }),
    ...(options.domain === undefined ? {} : { domain: options.domain }),
    requestTimeoutMs: CONTROL_TIMEOUT_MS,
  };
  const { Sandbox: sandboxClass, Volume: volumeClass } = new E2B(connection);
  const api = new ApiClient(new ConnectionConfig(connection));
  const plain: SandboxProvider = {
    kind: options.kind,
    create: (create) =>
      hiding(create, () =>
        mapped(async () => toSandbox(await createConnected(sandboxClass, options, create), create.timeoutMs)),
      ),
    connect: (id, timeoutMs) =>
      mapped(async () => toSandbox(await connect(sandboxClass, id, timeoutMs), timeoutMs)),
    ...(options.kind === 'e2b' && {
      inject: (id, way) =>
        hiding(way, () => mapped(() => sandboxClass.updateNetwork(id, networkUpdate(way)))),
    }),
    pause: (id) => mapped(() => sandboxClass.pause(id, { keepMemory: keepsMemory(options) })),
    setTimeLeft: (id, timeoutMs) => mapped(() => setTimeLeft(sandboxClass, id, timeoutMs)),
    list: (metadata) => mapped(() => listAll(sandboxClass, metadata)),
    kill: (id) => mapped(() => sandboxClass.kill(id)),
    describe: (id) => mapped(() => describe(sandboxClass, id)),
    usage: (id) => mapped(() => readUsage(sandboxClass, id)),
    logs: (id, limit) => mapped(() => readLogs(api, id, limit)),
    snapshot: (id, name) =>
      mapped(async () =>
        toSnapshot(await sandboxClass.createSnapshot(id, name === undefined ? {} : { name })),
      ),
    snapshots: () => mapped(() => listSnapshots(sandboxClass)),
    deleteSnapshot: (id) => mapped(() => sandboxClass.deleteSnapshot(id)),
    volumes: () => mapped(() => listVolumes(volumeClass)),
    createVolume: (name) => mapped(() => createVolume(volumeClass, name)),
    deleteVolume: (id) => mapped(() => volumeClass.destroy(id)),
  };
  return options.kind === 'embedded' ? plain : persistent(plain);
}

/** Between here and a host that is far away, a call may get lost, and the host may ask to come back later. */
function persistent(plain: SandboxProvider): SandboxProvider {
  const passes = (failure: IrisError): boolean => outcomeOf(failure) !== 'refused';
  const { inject } = plain;
  const again = <T>(call: () => Promise<T>): Promise<T> => retrying(call, { passes });
  return {
    kind: plain.kind,
    create: (options) => createOnce(plain, options),
    connect: (id, timeoutMs) => again(() => connectGranted(plain, id, timeoutMs)),
    pause: (id) => again(() => plain.pause(id)),
    setTimeLeft: (id, timeoutMs) => again(() => plain.setTimeLeft(id, timeoutMs)),
    list: (metadata) => again(() => plain.list(metadata)),
    kill: (id) => again(() => plain.kill(id)),
    describe: (id) => again(() => plain.describe(id)),
    usage: (id) => again(() => plain.usage(id)),
    ...(inject !== undefined && { inject: (id, way) => again(() => inject(id, way)) }),
    logs: (id, limit) => again(() => plain.logs(id, limit)),
    // One that was perhaps made is not made again: it would have the same name and other files.
    snapshot: (id, name) => plain.snapshot(id, name),
    snapshots: () => again(() => plain.snapshots()),
    deleteSnapshot: (id) => again(() => plain.deleteSnapshot(id)),
    volumes: () => again(() => plain.volumes()),
    // One that was made by a request without an answer is taken for one that was there.
    createVolume: (name) => again(() => plain.createVolume(name)),
    deleteVolume: (id) => again(() => plain.deleteVolume(id)),
  };
}

/** A machine of one's own has better uses for the memory of what is paused, and its daemon could never leave. */
function keepsMemory({ kind }: ProviderOptions): boolean {
  return kind === 'e2b';
}

/** A host may repeat what it was sent in its complaint. */
async function hiding<T>({ injected }: WayOut, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw maskError(toIrisError(thrown), injected?.values ?? []);
  }
}

/** The SDK keeps the token and the addresses to itself and its subclasses. */
function readable(base: E2bClass) {
  return class ReadableSandbox extends base {
    get dataUrl(): string {
      return this.connectionConfig.getSandboxUrl(this.sandboxId, {
        sandboxDomain: this.sandboxDomain,
        envdPort: ENVD_PORT,
      });
    }
    get token(): string | undefined {
      return this.envdAccessToken;
    }
  };
}

async function connect(base: E2bClass, id: string, timeoutMs: number) {
  return await readable(base).connect(id, { timeoutMs });
}

async function createConnected(base: E2bClass, provider: ProviderOptions, options: CreateOptions) {
  const template = options.template ?? provider.template;
  const pause = { action: 'pause', keepMemory: keepsMemory(provider) } as const;
  const creating = readable(base).create(template, {
    // A run wakes it up itself; what only knocks at its ports is no reason to.
    ...(options.onTimeout === 'pause' && { lifecycle: { onTimeout: pause, autoResume: false } }),
    metadata: { ...options.metadata },
    timeoutMs: options.timeoutMs,
    allowInternetAccess: options.allowInternetAccess,
    network: networkOptions(options),
    ...(options.volumes === undefined || options.volumes.length === 0
      ? {}
      : { volumeMounts: Object.fromEntries(options.volumes.map(({ name, path }) => [path, name])) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  return await creating.catch((thrown: unknown) => {
    if (hasStatus(thrown, 404)) throw noTemplate(template, provider.kind, thrown);
    throw hasStatus(thrown, 400) ? refusedVolumes(options, thrown) : thrown;
  });
}

function hasStatus(thrown: unknown, status: number): thrown is SandboxError {
  return thrown instanceof SandboxError && thrown.statusCode === status;
}

/** A host says itself where a volume cannot be; what else it refuses is passed on. */
function refusedVolumes({ volumes = [] }: CreateOptions, thrown: SandboxError): Error {
  if (volumes.length === 0 || !/\b(?:volume|mount)/i.test(thrown.message)) return thrown;
  const words = volumes.map(({ name, path }) => `${name}:${path}`).join(', ');
  return new IrisError('USAGE_INVALID', `No sandbox can have the volume ${words}: ${thrown.message}`, {
    hint: 'Take another path, such as /data or /home/user/data.',
    cause: thrown,
  });
}

function noTemplate(template: string, kind: ProviderOptions['kind'], cause: unknown): IrisError {
  if (kind === 'e2b')
    return new IrisError('USAGE_INVALID', `There is no template "${template}"`, {
      hint: 'Take --template base, a template of your team (e2b template list), or a snapshot.',
      cause,
    });
  return new IrisError('USAGE_INVALID', `There is no template "${template}" on this machine`, {
    hint: 'Here are base, code-interpreter-v1 and your snapshots (iris sandbox snapshots ls); others are in the cloud: --provider e2b',
    cause,
  });
}

function toSandbox(connected: Connected, grantedMs: number): CreatedSandbox {
  const headers: Record<string, string> = {
    'e2b-sandbox-id': connected.sandboxId,
    'e2b-sandbox-port': String(ENVD_PORT),
  };
  if (connected.token !== undefined) headers['x-access-token'] = connected.token;
  return {
    id: connected.sandboxId,
    grantedMs,
    endpoint: { sandboxId: connected.sandboxId, url: connected.dataUrl.replace(/\/$/, ''), headers },
  };
}
