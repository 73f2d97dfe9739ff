import { z } from 'zod';
import { openBundler } from '../../src/executor/bundle/bundler.ts';
import { EndpointCache } from '../../src/sandbox/endpoint-cache.ts';
import { openExecutor } from '../../src/executor/open-executor.ts';
import type { RunRequest } from '../../src/executor/run-request.ts';
import { toIrisError, type IrisError } from '../../src/core/errors.ts';
import { openHttpClient } from '../../src/sandbox/http-request.ts';
import { openProvider } from '../../src/sandbox/open-provider.ts';
import type { Patience } from '../../src/sandbox/patience.ts';
import { openFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { silent } from './host.ts';
import { openRealHost } from './real-host.ts';
import { scriptProject, type ScriptProject } from './script-project.ts';

/** As in life, but for how long it takes. */
const IMPATIENCE: Patience = {
  connectMs: 1_000,
  answerMs: 1_500,
  pingMs: 1_000,
  silenceMs: 2_500,
  reconnectMs: 4_000,
};

export interface CloudRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly notices: readonly string[];
  readonly exitCode: number | undefined;
  readonly error: IrisError | undefined;
}

/** A host that stands in for E2B's cloud, a network that can fail before it, and processes of iris that run scripts there. */
export interface Cloud extends AsyncDisposable {
  readonly project: ScriptProject;
  /** A process of iris, behind a network of its own or a given one, which knows only what earlier ones left on the disk. */
  openProcess(proxy?: FaultProxy): Promise<CloudProcess>;
  /** The ids of the sandboxes of this name. */
  idsOf(sandboxName: string): Promise<string[]>;
  pause(sandboxName: string): Promise<void>;
  kill(sandboxName: string): Promise<void>;
}

export interface CloudProcess {
  readonly proxy: FaultProxy;
  run(script: string, options?: RunOptions): Promise<CloudRun>;
}

export interface RunOptions extends Partial<RunRequest> {
  /** The ending of the script's file; @default .ts */
  readonly ending?: string;
  readonly signal?: AbortSignal;
  readonly stdin?: AsyncIterable<Buffer>;
}

export async function openCloud(): Promise<Cloud> {
  const host = await openRealHost();
  const project = await scriptProject();
  const bundler = openBundler();
  const opened: (() => Promise<void>)[] = [];
  const openProxy = async (): Promise<FaultProxy> => {
    const proxy = await openFaultProxy(host.url);
    opened.push(async () => await proxy[Symbol.asyncDispose]());
    return proxy;
  };
  const openProcess = async (given?: FaultProxy): Promise<CloudProcess> => {
    const proxy = given ?? (await openProxy());
    const client = openHttpClient({ patience: IMPATIENCE });
    const endpoints = new EndpointCache(project.file('.endpoints'), 'test');
    opened.push(async () => {
      await endpoints[Symbol.asyncDispose]();
      client.destroy();
    });
    const provider = openProvider({
      kind: 'e2b',
      apiKey: host.apiKey,
      apiUrl: proxy.url,
      sandboxUrl: proxy.url,
      template: 'base',
    });
    const executor = openExecutor({
      provider,
      client,
      bundler,
      endpoints,
      isolationOf: () => 'microvm',
      owner: () => Promise.resolve('me'),
      relayFile: '',
      acceptBridge: () => undefined,
      logger: silent,
    });
    return {
      proxy,
      run: async (script, { signal = new AbortController().signal, stdin, ending = '.ts', ...rest } = {}) => {
        const file = `in-${rest.sandboxName ?? 'default'}${ending}`;
        await project.write({ [file]: script });
        const request = { ...requestOf(project, file), ...rest };
        const io = {
          stdin,
          signal,
          onSignal: () => undefined,
          confirm: () => Promise.resolve(undefined),
          readEnv: () => Promise.resolve({}),
        };
        const run = await collect(executor.run(request, io));
        await endpoints[Symbol.asyncDispose]();
        return run;
      },
    };
  };
  const call = (path: string, method: string): Promise<Response> =>
    fetch(host.url + path, { method, headers: { 'x-api-key': host.apiKey } });
  const idsOf = async (name: string): Promise<string[]> => {
    const rows = listings.parse(await (await call('/v2/sandboxes', 'GET')).json());
    return rows.filter(({ metadata }) => metadata['iris.name'] === name).map(({ sandboxID }) => sandboxID);
  };
  return {
    project,
    openProcess,
    idsOf,
    pause: async (name) => {
      for (const id of await idsOf(name)) await call(`/sandboxes/${id}/pause`, 'POST');
    },
    kill: async (name) => {
      for (const id of await idsOf(name)) await call(`/sandboxes/${id}`, 'DELETE');
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((close) => close()));
      await bundler[Symbol.asyncDispose]();
      await host[Symbol.asyncDispose]();
      await project[Symbol.asyncDispose]();
    },
  };
}

const listings = z.array(z.object({ sandboxID: z.string(), metadata: z.record(z.string(), z.string()) }));

let runs = 0;

function requestOf(project: ScriptProject, file: string): RunRequest {
  return {
    runId: `run_${process.pid}_${runs++}`,
    scriptFile: project.file(file),
    args: [],
    localDir: project.dir,
    project: project.dir,
    sandboxName: 'default',
    removeAfter: 'never',
    envs: {},
    includes: [],
    sandboxCwd: undefined,
    hasNetwork: false,
    timeoutMs: 60_000,
    servers: [],
    sandboxTimeoutMs: 300_000,
    sandboxOnTimeout: 'close',
  };
}

async function collect(events: ReturnType<ReturnType<typeof openExecutor>['run']>): Promise<CloudRun> {
  const output = { stdout: '', stderr: '' };
  const notices: string[] = [];
  let exitCode: number | undefined;
  let error: IrisError | undefined;
  try {
    for await (const event of events) {
      if (event.type === 'stdout' || event.type === 'stderr') output[event.type] += String(event.data);
      if (event.type === 'notice') notices.push(event.text);
      if (event.type === 'finished') exitCode = event.exitCode;
    }
  } catch (thrown) {
    error = toIrisError(thrown);
  }
  return { ...output, notices, exitCode, error };
}
