import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConnectFailure, toConnectFailure } from '../core/connect-failure.ts';
import { replyHttpError } from './reply.ts';

/** Both names stand for the only user that a sandbox has. */
const KNOWN_USERS = new Set(['user', 'root']);
const STATUS_INSUFFICIENT_STORAGE = 507;

/** The `path` of a file request. Throws unauthenticated for a user that does not exist. */
export function requestedPath(request: IncomingMessage): string | undefined {
  const query = new URL(request.url ?? '/', 'http://sandbox').searchParams;
  const user = query.get('username');
  if (user !== null && user !== '' && !KNOWN_USERS.has(user)) {
    throw new ConnectFailure('unauthenticated', `error looking up user '${user}': unknown user`);
  }
  return query.get('path') ?? undefined;
}

/** Answers a file request that failed, and reads the rest of it so that the client gets to see the answer. */
export function replyFileFailure(request: IncomingMessage, response: ServerResponse, thrown: unknown): void {
  const failure = toConnectFailure(thrown);
  const status = failure.code === 'resource_exhausted' ? STATUS_INSUFFICIENT_STORAGE : failure.status;
  replyHttpError(response, status, failure.message);
  request.resume();
}
