import { IrisError } from '../../core/errors.ts';

/** The place of one sandbox in a listing. It stays valid when the sandbox itself is gone. */
interface PagePlace {
  readonly startedAtMs: number;
  readonly id: string;
}

/** The token with which a client asks for what follows `place`. */
export function encodePageToken(place: PagePlace): string {
  return Buffer.from(`${place.startedAtMs}__${place.id}`).toString('base64url');
}

/** Reads a token. Throws USAGE_INVALID when it is not one of ours. */
export function decodePageToken(token: string): PagePlace {
  const found = /^(\d{1,15})__([a-z0-9]+)$/.exec(Buffer.from(token, 'base64url').toString());
  const [, startedAtMs, id] = found ?? [];
  if (startedAtMs === undefined || id === undefined)
    throw new IrisError('USAGE_INVALID', 'Unknown nextToken');
  return { startedAtMs: Number(startedAtMs), id };
}

/** Tells whether `place` comes after `last` in a listing of that order. */
export function isPastPage(place: PagePlace, last: PagePlace, order: 'asc' | 'desc'): boolean {
  const isLater =
    place.startedAtMs === last.startedAtMs ? place.id > last.id : place.startedAtMs > last.startedAtMs;
  const isSame = place.startedAtMs === last.startedAtMs && place.id === last.id;
  return !isSame && isLater === (order === 'asc');
}
