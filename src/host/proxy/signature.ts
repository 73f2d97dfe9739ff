import { createHash } from 'node:crypto';
import { isSameSecret } from '../http/same-secret.ts';

const OPERATIONS: Readonly<Record<string, string>> = { GET: 'read', POST: 'write' };
const SIGNED_FIELDS = ['path', 'username', 'signature', 'signature_expiration'] as const;

interface SignedRequest {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly accessToken: string;
  readonly nowMs: number;
}

export type SignatureVerdict = 'valid' | 'expired' | 'invalid';

/** Judges the signature of a file URL, in E2B's form: whether this token made it, and whether it still counts. */
export function judgeSignature({ method, query, accessToken, nowMs }: SignedRequest): SignatureVerdict {
  const operation = OPERATIONS[method];
  const signature = query.get('signature');
  if (operation === undefined || signature === null || hasTwins(query)) return 'invalid';
  const expiration = query.get('signature_expiration');
  const fields = [query.get('path') ?? '', operation, query.get('username') ?? '', accessToken];
  if (expiration !== null) fields.push(expiration);
  const digest = createHash('sha256').update(fields.join(':')).digest('base64').replace(/=+$/, '');
  if (!isSameSecret(signature, `v1_${digest}`)) return 'invalid';
  return isExpired(expiration, nowMs) ? 'expired' : 'valid';
}

/** Removes what only the host needs, so that it does not reach the sandbox. */
export function withoutSignature(query: URLSearchParams): string {
  const rest = new URLSearchParams(query);
  rest.delete('signature');
  rest.delete('signature_expiration');
  return rest.toString();
}

/** Of a field that comes twice, the signature would cover one value while the sandbox might use the other. */
function hasTwins(query: URLSearchParams): boolean {
  return SIGNED_FIELDS.some((name) => query.getAll(name).length > 1);
}

function isExpired(expiration: string | null, nowMs: number): boolean {
  if (expiration === null) return false;
  return !/^\d{1,15}$/.test(expiration) || Number(expiration) * 1000 < nowMs;
}
