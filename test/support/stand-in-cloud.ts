import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { EmbeddedHost } from '../../src/host/host.ts';

/** One call of the control plane, as a client sent it. */
export interface RecordedCall {
  readonly method: string;
  readonly path: string;
  /** Undefined where there was none. */
  readonly body: unknown;
}

/** E2B's control plane, imitated: it notes each call, keeps the rules for the way out to itself and asks a host for the rest. */
export interface StandInCloud extends AsyncDisposable {
  /** What leads iris to it instead of to E2B. */
  readonly env: Readonly<Record<'E2B_API_KEY' | 'E2B_API_URL' | 'E2B_SANDBOX_URL', string>>;
  readonly calls: readonly RecordedCall[];
  /** The bodies of the calls that made sandboxes, in order. */
  readonly creations: readonly unknown[];
}

const withNetwork = z.looseObject({ network: z.looseObject({ rules: z.unknown() }).optional() });
const withRules = z.looseObject({ rules: z.unknown() });

/** Opens it before a host, which outlives it. `refuse` answers a call with an error instead. */
export async function openStandInCloud(
  host: EmbeddedHost,
  refuse: (call: RecordedCall) => string | undefined = () => undefined,
): Promise<StandInCloud> {
  const calls: RecordedCall[] = [];
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const sent = await text(request);
    const body: unknown = sent === '' ? undefined : JSON.parse(sent);
    const call = { method: request.method ?? '', path: request.url ?? '', body };
    calls.push(call);
    const refusal = refuse(call);
    if (refusal === undefined) return forward(host, { request, response, body: withoutRules(body) });
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ code: 400, message: refusal }));
  };
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    env: {
      E2B_API_KEY: host.apiKey,
      E2B_API_URL: `http://127.0.0.1:${addressOf(server.address()).port}`,
      E2B_SANDBOX_URL: host.url,
    },
    calls,
    get creations() {
      return calls
        .filter(({ method, path }) => method === 'POST' && path === '/v2/sandboxes')
        .map(({ body }) => body);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** The embedded host cannot add headers, and says so; the cloud can. */
function withoutRules(body: unknown): unknown {
  const { success, data } = withNetwork.safeParse(body);
  if (success && data.network !== undefined)
    return { ...data, network: { ...data.network, rules: undefined } };
  return withRules.safeParse(body).success ? { ...withRules.parse(body), rules: undefined } : body;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: unknown;
}

function forward(host: EmbeddedHost, { request, response, body }: Exchange): void {
  const content = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    ...request.headers,
    host: new URL(host.url).host,
    'transfer-encoding': undefined,
    'content-length': Buffer.byteLength(content),
  };
  const target = new URL(request.url ?? '/', host.url);
  const known = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  httpRequest(target, { method: request.method, headers: known, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  })
    .on('error', () => response.destroy())
    .end(content);
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (typeof address === 'object' && address !== null) return address;
  throw new Error('The server does not listen');
}
