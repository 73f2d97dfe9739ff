import type { IncomingHttpHeaders } from 'node:http';

/** What tells one content of a file from another. */
export interface Validators {
  readonly etag: string;
  readonly lastModified: string;
}

export function validatorsOf({ size, mtimeNs }: { size: bigint; mtimeNs: bigint }): Validators {
  // A date too far for JavaScript is as good as none.
  const mtimeMs = Number(mtimeNs / 1_000_000n);
  const date = new Date(Math.abs(mtimeMs) > 8.64e15 ? 0 : mtimeMs);
  return { etag: `"${mtimeNs.toString(36)}-${size.toString(36)}"`, lastModified: date.toUTCString() };
}

/** Whether the client has this content already (RFC 9110, 13.1.2 and 13.1.3). */
export function isUnchanged(headers: IncomingHttpHeaders, { etag, lastModified }: Validators): boolean {
  const known = headers['if-none-match'];
  if (known !== undefined) {
    return known.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
  }
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return !Number.isNaN(since) && Date.parse(lastModified) <= since;
}

/** Whether a part is of use to the client, which has the rest of this content and no other. */
export function isRangeWanted(headers: IncomingHttpHeaders, { etag, lastModified }: Validators): boolean {
  const condition = headers['if-range'];
  return condition === undefined || condition === etag || condition === lastModified;
}
