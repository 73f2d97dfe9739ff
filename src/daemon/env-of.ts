import { envReply } from '../contract/daemon-request.ts';
import type { ClientEnd } from './client-end.ts';
import { parseParams } from './parse-params.ts';

/** Asks a client for variables of its own environment; those that are not set are left out. */
export function envOf(client: ClientEnd): (names: readonly string[]) => Promise<Record<string, string>> {
  return async (names) => parseParams(envReply, await client.ask({ type: 'env', names }));
}
