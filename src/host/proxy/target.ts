import type { IncomingHttpHeaders } from 'node:http';
import { ENVD_PORT } from '../sandboxes/ask-agent.ts';

/** Where a request wants to go. */
type Target =
  | { readonly type: 'host' }
  | { readonly type: 'sandbox'; readonly sandboxId: string; readonly port: number }
  | { readonly type: 'malformed'; readonly message: string };

/** Under any domain: some tunnel or proxy in front may have brought it along. */
const SANDBOX_NAME = /^(\d{1,5})-([a-z0-9]{1,64})\.[a-z0-9.-]{1,253}(?::\d{1,5})?$/i;

/** Reads the target from the two headers of the SDK, or from a name such as `3000-<id>.localhost`. */
export function targetOf(headers: IncomingHttpHeaders): Target {
  const sandboxId = headers['e2b-sandbox-id'];
  if (typeof sandboxId === 'string') return toTarget(sandboxId, headers['e2b-sandbox-port'] ?? ENVD_PORT);
  const [, port, id] = SANDBOX_NAME.exec(headers.host ?? '') ?? [];
  if (port !== undefined && id !== undefined) return toTarget(id.toLowerCase(), port);
  return { type: 'host' };
}

function toTarget(sandboxId: string, portText: string | string[] | number): Target {
  const port = Number(portText);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return { type: 'sandbox', sandboxId, port };
  return { type: 'malformed', message: 'E2b-Sandbox-Port is not a port' };
}
