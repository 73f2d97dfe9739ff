import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { sendReply } from '../http/reply.ts';
import { ENVD_PORT } from '../sandboxes/ask-agent.ts';
import type { SandboxRegistry } from '../sandboxes/registry.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { forwardAwake } from './forward-awake.ts';
import { forwardUpgrade } from './forward-upgrade.ts';
import { tooManyConnections } from './proxy-replies.ts';
import { routeOf } from './route.ts';

export interface DataPlaneOptions {
  readonly registry: SandboxRegistry;
  /** The key of the control plane, which no sandbox may see. */
  readonly apiKey: string;
}

/** The way from the host's port to the ports of its sandboxes. */
export interface DataPlane {
  /** Handles a request that is meant for a sandbox; false when it is for the host itself. */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean;
  /** Handles a change of protocol; false when the request shall be answered as if it had not asked for one. */
  handleUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): boolean;
}

/** Opens the data plane of a host. */
export function openDataPlane({ registry, apiKey }: DataPlaneOptions): DataPlane {
  const limit = new ConnectionLimit();
  return {
    handleRequest: (request, response) => {
      const route = routeOf(request, registry);
      if (route.type === 'host') return false;
      if (route.type === 'refused') {
        sendReply(response, route.reply);
        return true;
      }
      const release = limit.take(route.sandbox, route.port);
      if (!release) {
        sendReply(response, tooManyConnections(route.sandbox.id));
        return true;
      }
      response.once('close', release);
      void forwardAwake(registry, { request, response }, { ...route, apiKey });
      return true;
    },
    handleUpgrade: (request, socket, head) => {
      if (!isPlainUpgrade(request)) return false;
      const route = routeOf(request, registry);
      if (route.type !== 'sandbox' || route.port === ENVD_PORT) return false;
      const sandbox = registry.get(route.sandbox.id);
      if (!sandbox) return false;
      const release = limit.take(sandbox, route.port);
      if (!release) return false;
      socket.once('close', release);
      forwardUpgrade(request, { socket, head }, { ...route, sandbox, apiKey });
      return true;
    },
  };
}

/**
 * Tells whether a request asks for a protocol that can follow at once.
 * A body would stand between the two protocols; and HTTP/2 would carry on past all checks of single requests.
 */
export function isPlainUpgrade({ method, headers }: IncomingMessage): boolean {
  if (method !== 'GET' || headers['transfer-encoding'] !== undefined) return false;
  if (Number(headers['content-length'] ?? '0') !== 0) return false;
  return !/(?:^|[\s,])h2c?(?:$|[\s,])/i.test(headers.upgrade ?? '');
}
