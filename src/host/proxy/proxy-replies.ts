import { failure, type Reply } from '../http/reply.ts';

/** No such sandbox, or not any more: clients of E2B know it by this body. */
export function sandboxNotFound(sandboxId: string): Reply {
  return badGateway({ sandboxId, message: 'The sandbox was not found' });
}

/** Nobody listens on this port in the sandbox. */
export function portClosed(sandboxId: string, port: number): Reply {
  return badGateway({ sandboxId, message: 'The sandbox is running but port is not open', port });
}

/** The programs of this sandbox are for holders of its traffic token. */
export function noPublicTraffic(sandboxId: string): Reply {
  const message = 'The E2B-Traffic-Access-Token header is missing or wrong';
  return { status: 403, body: { sandboxId, message, code: 403 } };
}

/** The sandbox carries as many connections as it may. */
export function tooManyConnections(sandboxId: string): Reply {
  return { status: 429, body: { sandboxId, message: 'The sandbox has too many connections', code: 429 } };
}

/** The program in the sandbox broke the connection or HTTP itself. */
export function upstreamFailed(message: string): Reply {
  return failure(502, message);
}

function badGateway(facts: Readonly<Record<string, unknown>>): Reply {
  return { status: 502, body: { ...facts, code: 502 } };
}
