import type { IncomingMessage } from 'node:http';
import { failure, type Reply } from '../http/reply.ts';
import type { KnownSandbox } from '../sandboxes/known-sandbox.ts';
import type { RequestPath } from './request-path.ts';
import { judgeSignature, type SignatureVerdict } from './signature.ts';

type FileVerdict = SignatureVerdict | 'missing';

/** In envd's words, which programs for E2B look for. */
const REFUSALS: Readonly<Record<Exclude<FileVerdict, 'valid'>, string>> = {
  missing: 'missing signature query parameter',
  invalid: 'invalid signature',
  expired: 'signature is already expired',
};

interface Signer {
  readonly sandbox: KnownSandbox;
  readonly verdict: 'valid' | 'expired';
}

/** Whether a request is for a file, which a signature can open to those without a token. */
export function isFileRequest({ method }: IncomingMessage, { path }: RequestPath): boolean {
  return path === '/files' && (method === 'GET' || method === 'POST');
}

/** Judges a request for a file of one sandbox by its signature. */
export function judgeFileRequest(
  request: IncomingMessage,
  { sandbox, target }: { sandbox: KnownSandbox; target: RequestPath },
): FileVerdict {
  const query = new URLSearchParams(target.query);
  if (!query.has('signature')) return 'missing';
  const { accessToken } = sandbox;
  return judgeSignature({ method: request.method ?? '', query, accessToken, nowMs: Date.now() });
}

/** Finds the sandbox whose token signed a file URL: such a URL names no sandbox. */
export function findSigner(
  request: IncomingMessage,
  { sandboxes, target }: { sandboxes: Iterable<KnownSandbox>; target: RequestPath },
): Signer | undefined {
  if (!target.query.includes('signature=')) return undefined;
  for (const sandbox of sandboxes) {
    const verdict = judgeFileRequest(request, { sandbox, target });
    if (verdict === 'valid' || verdict === 'expired') return { sandbox, verdict };
  }
  return undefined;
}

/** The answer to whoever has no right to a file. */
export function refuseFile(request: IncomingMessage, verdict: Exclude<FileVerdict, 'valid'>): Reply {
  const hasToken = request.headers['x-access-token'] !== undefined;
  return failure(401, hasToken ? 'access token present in header but does not match' : REFUSALS[verdict]);
}
