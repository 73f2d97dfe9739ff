import type { CallerContext } from '../contract/daemon-wire.ts';

/** Where the calls that make and find sandboxes go. */
export function e2bApiUrl(env: CallerContext['env']): string {
  const { E2B_API_URL = '', E2B_DOMAIN = '' } = env;
  return E2B_API_URL || `https://api.${E2B_DOMAIN || 'e2b.app'}`;
}
