import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to a request on its way. */
export type Fault =
  /** The connection breaks before anything is passed on. */
  | { readonly type: 'reset' }
  /** It is passed on and answered, and the connection breaks before the answer is back. */
  | { readonly type: 'reset-after' }
  /** The connection breaks at once, and the request arrives all the same, later. */
  | { readonly type: 'late'; readonly delayMs: number }
  | { readonly type: 'status'; readonly status: number; readonly body?: string }
  /** It is passed on, and something on the way answers in place of the host. */
  | { readonly type: 'status-after'; readonly status: number }
  /** Nothing comes back: neither an answer nor the news of a broken connection. */
  | { readonly type: 'silent'; readonly isPassedOn: boolean }
  /** The answer breaks off after so many bytes of its body. */
  | { readonly type: 'cut'; readonly afterBytes: number }
  /** The answer stops after so many bytes, and the connection stands. */
  | { readonly type: 'freeze'; readonly afterBytes: number }
  /** The answer comes in small pieces with pauses. */
  | { readonly type: 'slow' }
  /** It takes so long until it is passed on. */
  | { readonly type: 'delay'; readonly delayMs: number; readonly before?: () => Promise<void> };

export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  /** Method and path of every request that came in. */
  readonly requests: string[];
  connections: number;
  /** The next `times` requests whose `METHOD /path` matches meet this fault. */
  fail(match: RegExp, fault: Fault, times?: number): void;
  /** From now on nothing fails. */
  clear(): void;
}

interface Rule {
  readonly match: RegExp;
  readonly fault: Fault;
  times: number;
}

/** A proxy of HTTP that does to requests what networks do. */
export async function openFaultProxy(target: string): Promise<FaultProxy> {
  const rules: Rule[] = [];
  const requests: string[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    requests.push(line);
    response.on('error', () => undefined);
    const rule = rules.find(({ match, times }) => times > 0 && match.test(line));
    if (rule !== undefined) rule.times -= 1;
    void serve({ target, request, response }, rule?.fault).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    connections += 1;
    socket.setNoDelay(true);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    get connections() {
      return connections;
    },
    set connections(count) {
      connections = count;
    },
    fail: (match, fault, times = 1) => void rules.push({ match, fault, times }),
    clear: () => void rules.splice(0),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Exchange {
  readonly target: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function serve(exchange: Exchange, fault: Fault | undefined): Promise<void> {
  const { request, response } = exchange;
  const body = Buffer.concat(await request.toArray());
  if (fault === undefined) return pass(await forward(exchange, body), response);
  switch (fault.type) {
    case 'reset':
      return breakOff(response);
    case 'reset-after':
      (await forward(exchange, body)).resume();
      return breakOff(response);
    case 'late':
      breakOff(response);
      await sleep(fault.delayMs);
      return void (await forward(exchange, body)).resume();
    case 'status':
      return answer(response, fault.status, fault.body);
    case 'status-after':
      (await forward(exchange, body)).resume();
      return answer(response, fault.status);
    case 'silent':
      if (fault.isPassedOn) (await forward(exchange, body)).resume();
      return;
    case 'delay':
      await sleep(fault.delayMs);
      await fault.before?.();
      return pass(await forward(exchange, body), response);
    case 'cut':
    case 'freeze':
    case 'slow':
      return await maim(await forward(exchange, body), response, fault);
  }
}

async function forward({ target, request }: Exchange, body: Buffer): Promise<IncomingMessage> {
  const { 'transfer-encoding': _chunked, ...headers } = request.headers;
  const outgoing = httpRequest(new URL(request.url ?? '/', target), {
    method: request.method ?? 'GET',
    headers: { ...headers, 'content-length': body.length },
  });
  outgoing.on('error', () => undefined);
  outgoing.end(body);
  const [incoming]: IncomingMessage[] = await once(outgoing, 'response');
  if (incoming === undefined) throw new Error('no response');
  return incoming.on('error', () => undefined);
}

/** An end without grace on that side is one on this side, too. */
function pass(incoming: IncomingMessage, response: ServerResponse): void {
  response.writeHead(incoming.statusCode ?? 500, incoming.headers);
  response.flushHeaders();
  incoming.on('error', () => breakOff(response));
  response.once('close', () => incoming.destroy());
  incoming.pipe(response);
}

async function maim(
  incoming: IncomingMessage,
  response: ServerResponse,
  fault: Extract<Fault, { type: 'cut' | 'freeze' | 'slow' }>,
): Promise<void> {
  response.writeHead(incoming.statusCode ?? 500, incoming.headers);
  response.flushHeaders();
  let leftBytes = fault.type === 'slow' ? Infinity : fault.afterBytes;
  for await (const chunk of incoming) {
    for (let at = 0; at < chunk.length && leftBytes > 0; at += fault.type === 'slow' ? 7 : chunk.length) {
      const piece = chunk.subarray(at, fault.type === 'slow' ? at + 7 : leftBytes);
      response.write(piece);
      leftBytes -= piece.length;
      if (fault.type === 'slow') await sleep(2);
    }
    if (leftBytes > 0) continue;
    if (fault.type === 'freeze') return;
    await sleep(20);
    return breakOff(response);
  }
  response.end();
}

function answer(response: ServerResponse, status: number, body = 'something on the way'): void {
  response
    .writeHead(status, { 'content-type': body.startsWith('{') ? 'application/json' : 'text/html' })
    .end(body);
}

/** A reset, not an end. */
function breakOff(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}
