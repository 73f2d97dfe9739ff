import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import { toIrisError } from '../../core/errors.ts';
import type { WayOut } from './way-out.ts';

/** Headers between a program and its proxy alone. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
]);
const AUTHORITY = /^(\[[0-9a-fA-F:.]+\]|[^:[\]/@]+):(\d{1,5})$/;
const MAX_HEADER_BYTES = 32 * 1024;
const HEADERS_TIMEOUT_MS = 30_000;

/** Speaks HTTP as a proxy: CONNECT for what is encrypted, whole addresses for what is not. */
export function openHttpProxy(way: WayOut): (channel: Duplex) => void {
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: 0,
  });
  server.on('connect', (request, channel) => void serveConnect(way, request, channel));
  server.on('request', (request, response) => void serveRequest(way, request, response));
  server.on('clientError', (_error, channel) => channel.destroy());
  return (channel) => void server.emit('connection', channel);
}

async function serveConnect(way: WayOut, request: IncomingMessage, channel: Duplex): Promise<void> {
  channel.on('error', () => undefined);
  const [, host, port] = AUTHORITY.exec(request.url ?? '') ?? [];
  try {
    if (host === undefined) return void channel.end(headOf(400, 'CONNECT takes host:port'));
    const outside = await way.connect(host, Number(port));
    if (channel.destroyed) return void outside.destroy();
    channel.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    way.join(channel, outside);
  } catch (thrown) {
    const { status, text } = refusalOf(thrown);
    channel.end(headOf(status, text));
  }
}

async function serveRequest(way: WayOut, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.on('error', () => undefined);
  response.on('error', () => undefined);
  const url = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : undefined;
  try {
    if (url?.protocol !== 'http:')
      return sendText(response, 400, 'A proxy takes http://host/path or CONNECT');
    const outside = await way.connect(url.hostname, Number(url.port || 80));
    response.once('close', () => outside.destroy());
    if (response.destroyed) return void outside.destroy();
    passOn(outside, url, { request, response });
  } catch (thrown) {
    const { status, text } = refusalOf(thrown);
    request.resume();
    sendText(response, status, text);
  }
}

function passOn(
  outside: Duplex,
  url: URL,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): void {
  const upstream = httpRequest({
    createConnection: () => outside,
    method: request.method ?? 'GET',
    path: `${url.pathname}${url.search}`,
    headers: { ...passing(request.headers), host: url.host, connection: 'close' },
  });
  upstream.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, passing(answer.headers));
    pipeline(answer, response, () => undefined);
  });
  upstream.on('error', (error) => {
    request.resume();
    sendText(response, 502, `iris: ${error.message}`);
  });
  pipeline(request, upstream, () => undefined);
}

function passing(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}

function refusalOf(thrown: unknown): { readonly status: number; readonly text: string } {
  const { code, message } = toIrisError(thrown);
  const status = code === 'AUTH_REJECTED' ? 403 : code === 'RATE_LIMITED' ? 429 : 502;
  return { status, text: `iris: ${message}` };
}

function sendText(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
    .end(`${text}\n`);
}

/** An answer to CONNECT, which node:http leaves to be written by hand. */
function headOf(status: number, text: string): string {
  const body = `${text}\n`;
  return `HTTP/1.1 ${status} Refused\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`;
}
