import { isIP } from 'node:net';

/**
 * Tells whether a Host header names this host. A web page can make its own name lead here and then speak to the host
 * as to its own server, but neither `localhost` nor an address can be made to lead elsewhere first.
 */
export function isOwnName(hostHeader: string | undefined, domain: string): boolean {
  const name = withoutPort(hostHeader ?? '').toLowerCase();
  const own = withoutPort(domain).toLowerCase();
  return name === 'localhost' || name === own || name.endsWith(`.${own}`) || isAddress(name);
}

function withoutPort(host: string): string {
  return host.replace(/:\d{1,5}$/, '');
}

function isAddress(name: string): boolean {
  if (name.startsWith('[') && name.endsWith(']')) return isIP(name.slice(1, -1)) === 6;
  return isIP(name) === 4;
}
