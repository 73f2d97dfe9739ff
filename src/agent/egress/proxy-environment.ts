import { EGRESS_PROXY_PORT } from '../../core/egress-wire.ts';

const HTTP = `http://127.0.0.1:${EGRESS_PROXY_PORT}`;
/** `h`: the proxy looks names up, for the sandbox cannot. */
const SOCKS = `socks5h://127.0.0.1:${EGRESS_PROXY_PORT}`;
const LOOPBACK = 'localhost,127.0.0.1,::1';

/** What tells programs of the way out; Node's own fetch and sockets ask for none of it and get a preload. */
export function proxyEnvironment(preloadFile: string): Readonly<Record<string, string>> {
  const upper = { HTTP_PROXY: HTTP, HTTPS_PROXY: HTTP, ALL_PROXY: SOCKS, NO_PROXY: LOOPBACK };
  const lower = Object.fromEntries(Object.entries(upper).map(([name, value]) => [name.toLowerCase(), value]));
  return { ...upper, ...lower, NODE_OPTIONS: `--require=${preloadFile}` };
}
