/** The path of a request target and what follows it, unparsed. */
export interface RequestPath {
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
}

/** Cuts a request target at its question mark; undefined when it is not of the plain form `/path?query`. */
export function splitRequestPath(target: string | undefined): RequestPath | undefined {
  if (target === undefined || !target.startsWith('/')) return undefined;
  const end = target.indexOf('?');
  if (end === -1) return { path: target, query: '' };
  return { path: target.slice(0, end), query: target.slice(end + 1) };
}
