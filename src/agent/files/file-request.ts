import type { IncomingMessage, ServerResponse } from 'node:http';
import { toConnectFailure } from '../../core/connect-failure.ts';
import { replyHttpError } from '../http/reply.ts';
import { sandboxUser, userNameOf } from '../user/sandbox-user.ts';

const STATUS_INSUFFICIENT_STORAGE = 507;

/** What the address of a file request says. */
export interface FileRequest {
  readonly path: string | undefined;
  /** Where relative paths start. */
  readonly home: string;
}

/** Reads the `path` and `username` of a file request. Throws unauthenticated for a user that does not exist. */
export function parseFileRequest(request: IncomingMessage, home: string): FileRequest {
  const url = request.url ?? '/';
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  const username = query.get('username') ?? userNameOf(request.headers.authorization);
  return { path: query.get('path') ?? undefined, home: sandboxUser(username, home).home };
}

/** Answers a file request that failed, and reads the rest of it so that the client gets to see the answer. */
export function replyFileFailure(request: IncomingMessage, response: ServerResponse, thrown: unknown): void {
  const failure = toConnectFailure(thrown);
  const status = failure.code === 'resource_exhausted' ? STATUS_INSUFFICIENT_STORAGE : failure.status;
  replyHttpError(response, status, failure.message);
  request.resume();
}
