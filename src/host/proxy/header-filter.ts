/** Headers that speak about one connection only (RFC 9110, 7.6.1), and what node:http answers by itself. */
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers that clients send to the host, not to the sandbox. */
const FOR_THE_HOST = new Set(['e2b-sandbox-id', 'e2b-sandbox-port', 'x-access-token', 'x-api-key']);

/** The headers of a request as the sandbox may see them, in the flat form of `rawHeaders`. */
export function requestHeadersFor(rawHeaders: readonly string[], connection: string | undefined): string[] {
  return filterHeaders(rawHeaders, { connection, alsoDropped: FOR_THE_HOST });
}

/** The headers of a sandbox's response as a client may see them, in the flat form of `rawHeaders`. */
export function responseHeadersFor(rawHeaders: readonly string[], connection: string | undefined): string[] {
  return filterHeaders(rawHeaders, { connection, alsoDropped: undefined });
}

interface FilterOptions {
  readonly connection: string | undefined;
  readonly alsoDropped: ReadonlySet<string> | undefined;
}

function filterHeaders(rawHeaders: readonly string[], { connection, alsoDropped }: FilterOptions): string[] {
  const named = namedInConnection(connection);
  const kept: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key) || alsoDropped?.has(key) || named?.has(key)) continue;
    kept.push(name, rawHeaders[index + 1] ?? '');
  }
  return kept;
}

/** Almost every request says just `keep-alive` or `close`, which names no header. */
function namedInConnection(connection: string | undefined): ReadonlySet<string> | undefined {
  if (connection === undefined) return undefined;
  const value = connection.toLowerCase();
  if (value === 'keep-alive' || value === 'close') return undefined;
  return new Set(value.split(',').map((name) => name.trim()));
}
