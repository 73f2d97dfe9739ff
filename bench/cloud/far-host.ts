import { openServedHost } from '../host/served-host.ts';
import { openDelayProxy } from '../network/delay-proxy.ts';

export interface Traffic {
  readonly requests: readonly string[];
  readonly connections: number;
}

/** A host that stands in for E2B's cloud, as far away as a cloud is. */
export interface FarHost extends AsyncDisposable {
  readonly isolation: string;
  readonly env: Readonly<Record<string, string>>;
  /** What came in since the last call. */
  takeTraffic(): Traffic;
}

const REQUEST_LINE = /^(?:GET|POST|PUT|PATCH|DELETE) (\S+) HTTP\/1\.1\r$/gm;

/** Opens it; each byte takes half of `roundTripMs` either way. */
export async function openFarHost(roundTripMs: number): Promise<FarHost> {
  const host = await openServedHost();
  let requests: string[] = [];
  let connections = 0;
  const proxy = await openDelayProxy(Number(new URL(host.options.apiUrl).port), roundTripMs / 2, {
    onConnection: () => (connections += 1),
    onRequestBytes: (bytes) =>
      requests.push(...[...bytes.toString('latin1').matchAll(REQUEST_LINE)].map((match) => match[1] ?? '')),
  });
  const url = `http://127.0.0.1:${proxy.port}`;
  return {
    isolation: host.isolation,
    env: { E2B_API_KEY: host.options.apiKey, E2B_API_URL: url, E2B_SANDBOX_URL: url },
    takeTraffic: () => {
      const traffic = { requests, connections };
      requests = [];
      connections = 0;
      return traffic;
    },
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await host[Symbol.asyncDispose]();
    },
  };
}
