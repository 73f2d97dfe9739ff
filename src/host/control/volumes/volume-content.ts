import type { IncomingMessage, ServerResponse } from 'node:http';
import { errnoOf, toIrisError } from '../../../core/errors.ts';
import type { Logger } from '../../../core/logger.ts';
import { failure, sendReply, type Reply } from '../../http/reply.ts';
import { isSameSecret } from '../../http/same-secret.ts';
import type { VolumeStore } from '../../volumes/volume-store.ts';
import { CONTENT_CALLS } from './content-calls.ts';

const CONTENT_PATH = /^\/volumecontent\/([^/]+)\/(dir|path|file)$/;

/** Answers a call about the content of a volume; false when the request is about something else. */
export function handleVolumeContent(
  { volumes, logger }: { readonly volumes: VolumeStore; readonly logger: Logger },
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (request.url?.startsWith('/volumecontent/') !== true) return false;
  void answer(volumes, request, response).catch((error: unknown) => {
    const reply = replyToError(error);
    logger('host.volume-call-failed', { status: reply.status, error: String(error) });
    if (response.headersSent) response.destroy();
    else sendReply(response, reply);
  });
  return true;
}

async function answer(
  volumes: VolumeStore,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const [, id = '', kind = ''] = CONTENT_PATH.exec(path) ?? [];
  const call = CONTENT_CALLS[`${request.method} ${kind}`];
  if (!call)
    return sendReply(response, contentFailure(404, `The embedded host has no ${request.method} ${path}`));
  const volume = await volumes.find(id);
  if (!volume) return sendReply(response, contentFailure(404, `Volume '${id}' not found`));
  if (!isSameSecret(request.headers.authorization, `Bearer ${volume.token}`))
    return sendReply(response, contentFailure(401, 'The volume token is missing or wrong'));
  const params = Object.fromEntries(new URLSearchParams(query));
  const reply = await call({ volume, owner: volumes.owner, params, request, response });
  if (reply) sendReply(response, reply);
}

const STATUS_OF_ERRNO: Readonly<Record<string, number>> = {
  ENOENT: 404,
  ENOTDIR: 400,
  ELOOP: 400,
  EISDIR: 400,
  ENAMETOOLONG: 400,
  ENOTEMPTY: 409,
  EEXIST: 409,
  EACCES: 403,
  EPERM: 403,
  ENOSPC: 507,
  EDQUOT: 507,
};

/** The system's own words name paths of the host, so they stay here. */
function replyToError(error: unknown): Reply {
  const errno = errnoOf(error) ?? '';
  const status = STATUS_OF_ERRNO[errno];
  if (status !== undefined) return contentFailure(status, `The volume refused: ${errno}`);
  const { facts, message, code } = toIrisError(error);
  return contentFailure(facts.http, code === 'INTERNAL' ? 'Internal error' : message);
}

/** The content API has codes as text, unlike all others. */
function contentFailure(status: number, message: string): Reply {
  return { ...failure(status, message), body: { code: String(status), message } };
}
