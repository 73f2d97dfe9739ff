import type { ServerResponse } from 'node:http';

/** An answer of the host itself, as data: handlers return it, one place sends it. */
export interface Reply {
  readonly status: number;
  /** Sent as JSON; undefined sends no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal in E2B's form: the SDK reads `code` from the body, not the status line. */
export function failure(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { status, body: { code: status, message }, headers };
}

/** Sends `reply`, unless the client is gone or another answer is already under way. */
export function sendReply(response: ServerResponse, reply: Reply): void {
  if (response.headersSent || response.destroyed) return;
  // What the client still sends is read and dropped: closing on it could cost it the answer.
  if (!response.req.complete) response.req.resume();
  if (reply.body === undefined) {
    response.writeHead(reply.status, reply.headers).end();
    return;
  }
  const json = Buffer.from(JSON.stringify(reply.body));
  response.writeHead(reply.status, {
    ...reply.headers,
    'content-type': 'application/json',
    'content-length': json.length,
  });
  response.end(json);
}
