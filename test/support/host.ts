import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { openHost, type EmbeddedHost, type HostOptions } from '../../src/host/host.ts';
import { duplexPair, type Duplex } from 'node:stream';
import type {
  Isolation,
  LaunchExit,
  LaunchedSandbox,
  SandboxLimits,
} from '../../src/host/isolation/launch/launcher.ts';
import { Mux } from '../../src/core/mux.ts';
import type { Logger } from '../../src/core/logger.ts';

const MIB = 1024 * 1024;

export const TEST_LIMITS: SandboxLimits = {
  // Node 24 reserves more than 512 MB when it starts.
  memoryBytes: 1024 * MIB,
  maxThreads: 256,
  maxOpenFiles: 1024,
  maxFileBytes: 256 * MIB,
  homeBytes: 256 * MIB,
  tmpBytes: 64 * MIB,
};

export const silent: Logger = () => undefined;

export interface FakeSandbox {
  readonly sandboxId: string;
  /** Ends the sandbox from inside, as when the agent crashes. */
  crash(): void;
  isKilled(): boolean;
}

export interface FakeIsolation extends Isolation {
  readonly launched: FakeSandbox[];
}

export interface FakeAgentOptions {
  /** Answers requests to envd; GET /health and POST /init are answered already. */
  readonly onEnvd?: RequestListener;
  /** Servers of user programs in the sandbox. */
  readonly ports?: Readonly<Record<number, RequestListener>>;
  /** Takes whatever comes to a port of a user program, as bytes. */
  readonly onPort?: (channel: Duplex, port: number) => void;
  /** Replaces the answer to GET /health and POST /init. */
  readonly onGreeting?: RequestListener;
  readonly stderrTail?: string;
  readonly launch?: () => Promise<void>;
}

/** An Isolation whose sandboxes live in this process: a real Mux and a real http.Server, no processes. */
export function fakeIsolation(options: FakeAgentOptions = {}): FakeIsolation {
  const launched: FakeSandbox[] = [];
  return {
    rung: 'none',
    reason: 'a fake',
    weaknesses: [],
    launched,
    launch: async ({ sandboxId, signal }) => {
      await options.launch?.();
      signal?.throwIfAborted();
      const { sandbox, fake } = launchFake(sandboxId, options);
      launched.push(fake);
      return sandbox;
    },
  };
}

function launchFake(
  sandboxId: string,
  options: FakeAgentOptions,
): { sandbox: LaunchedSandbox; fake: FakeSandbox } {
  const [near, far] = duplexPair();
  const agent = startFakeAgent(far, options);
  let isKilled = false;
  let exit: (exit: LaunchExit) => void = () => undefined;
  const exited = new Promise<LaunchExit>((resolve) => {
    exit = resolve;
  });
  const end = (signal: NodeJS.Signals | null): void => {
    agent.destroy();
    exit({ code: signal === null ? 1 : null, signal, stderrTail: options.stderrTail ?? '' });
  };
  const sandbox: LaunchedSandbox = {
    transport: near,
    pid: 4242,
    exited,
    memoryBytes: () => Promise.resolve(7 * MIB),
    freeze: () => Promise.resolve(),
    thaw: () => Promise.resolve(),
    kill: async () => {
      isKilled = true;
      end('SIGKILL');
      await exited;
    },
  };
  return { sandbox, fake: { sandboxId, crash: () => end(null), isKilled: () => isKilled } };
}

function startFakeAgent(transport: Duplex, options: FakeAgentOptions): Mux {
  const greet: RequestListener =
    options.onGreeting ?? ((_request, response) => response.writeHead(204).end());
  const envd = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const isGreeting = request.url === '/health' || request.url === '/init';
    if (isGreeting) greet(request, response);
    else if (options.onEnvd) options.onEnvd(request, response);
    else response.writeHead(404).end();
  });
  return new Mux(transport, {
    role: 'agent',
    onOpen: (channel, { port }) => {
      const listener = options.ports?.[port];
      if (port === 49983) envd.emit('connection', channel);
      else if (listener) createServer(listener).emit('connection', channel);
      else if (options.onPort) options.onPort(channel, port);
      else channel.destroy(new Error(`connect ECONNREFUSED 127.0.0.1:${port}`));
    },
  });
}

/** A host over a fake isolation. */
export function openFakeHost(
  isolation: HostOptions['isolation'],
  options: Partial<HostOptions> = {},
): Promise<EmbeddedHost> {
  return openHost({
    isolation,
    agentFile: '/nowhere/agent.cjs',
    limits: TEST_LIMITS,
    logger: silent,
    ...options,
  });
}

export interface CallOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

export interface Called {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly json: () => ReturnType<typeof JSON.parse>;
}

/** One plain HTTP request, without the conveniences of fetch. */
export function call(
  url: string,
  { method = 'GET', headers = {}, body = '' }: CallOptions = {},
): Promise<Called> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('error', reject);
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          text,
          json: () => JSON.parse(text),
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** A control call with the host's key. */
export function control(host: EmbeddedHost, path: string, options: CallOptions = {}): Promise<Called> {
  return call(`${host.url}${path}`, {
    ...options,
    headers: { 'x-api-key': host.apiKey, ...options.headers },
  });
}

export interface Access {
  readonly sandboxID: string;
  readonly envdAccessToken: string;
  readonly domain: string;
}

/** Creates a sandbox through the control plane. */
export async function createSandbox(host: EmbeddedHost, body: Record<string, unknown> = {}): Promise<Access> {
  const reply = await control(host, '/v2/sandboxes', {
    method: 'POST',
    body: JSON.stringify({ templateID: 'base', ...body }),
  });
  if (reply.status !== 201) throw new Error(`create: ${reply.status} ${reply.text}`);
  return reply.json();
}

/** Headers that lead to a port of a sandbox. */
export function sandboxHeaders(access: Access, port = 49983): Record<string, string> {
  return {
    'e2b-sandbox-id': access.sandboxID,
    'e2b-sandbox-port': String(port),
    'x-access-token': access.envdAccessToken,
  };
}

/** Starts a request to envd and resolves when its response begins. */
export function openStream(host: EmbeddedHost, access: Access): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest(`${host.url}/process.Process/Start`, {
      method: 'POST',
      headers: sandboxHeaders(access),
      agent: false,
    })
      .on('response', (incoming) => {
        incoming.on('error', () => undefined);
        resolve(incoming);
      })
      .on('error', reject)
      .end();
  });
}

/** Waits until `condition` holds; throws when it does not within two seconds. */
export async function until(condition: () => boolean, what = 'condition'): Promise<void> {
  const deadline = Date.now() + 2000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Not within 2 s: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
