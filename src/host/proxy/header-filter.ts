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
const FOR_THE_HOST = new Set(['e2b-sandbox-id', 'e2b-sandbox-port', 'e2b-traffic-access-token']);

/** Fields that would change how a message is read or where it goes, had they come before its body. */
const NEVER_IN_TRAILERS = new Set([
  ...HOP_BY_HOP,
  ...FOR_THE_HOST,
  'content-length',
  'host',
  'x-access-token',
]);

interface RequestFilter {
  /** The value of the Connection header. */
  readonly connection: string | undefined;
  /** A header that holds one of these is dropped, whatever its name. */
  readonly secrets: readonly string[];
  /** @default true */
  readonly isHostKept?: boolean;
}

/** The headers of a request as the sandbox may see them, in the flat form of `rawHeaders`. */
export function requestHeadersFor(
  rawHeaders: readonly string[],
  { connection, secrets, isHostKept = true }: RequestFilter,
): string[] {
  const named = namedInConnection(connection);
  return filterHeaders(rawHeaders, (key, value) => {
    if (HOP_BY_HOP.has(key) || FOR_THE_HOST.has(key) || named?.has(key) === true) return false;
    if (key === 'host' && !isHostKept) return false;
    return !secrets.some((secret) => value.includes(secret));
  });
}

/** The headers of a sandbox's response as a client may see them, in the flat form of `rawHeaders`. */
export function responseHeadersFor(
  rawHeaders: readonly string[],
  { connection }: { readonly connection: string | undefined },
): string[] {
  const named = namedInConnection(connection);
  return filterHeaders(rawHeaders, (key) => !HOP_BY_HOP.has(key) && named?.has(key) !== true);
}

/** The trailers of a message that may be passed on, as pairs. */
export function trailersFor(rawTrailers: readonly string[]): [string, string][] {
  const kept = filterHeaders(rawTrailers, (key) => !NEVER_IN_TRAILERS.has(key));
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < kept.length; index += 2) {
    pairs.push([kept[index] ?? '', kept[index + 1] ?? '']);
  }
  return pairs;
}

function filterHeaders(
  rawHeaders: readonly string[],
  isKept: (key: string, value: string) => boolean,
): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const value = rawHeaders[index + 1] ?? '';
    if (isKept(name.toLowerCase(), value)) kept.push(name, value);
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
