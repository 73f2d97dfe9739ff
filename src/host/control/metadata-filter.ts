import { IrisError } from '../../core/errors.ts';

/**
 * Reads the metadata filter of a listing. The SDK encodes each name and value, then the pairs as a query
 * string, then that as one parameter; the caller has undone the outermost layer.
 */
export function parseMetadataFilter(encoded: string): [name: string, value: string][] {
  try {
    return [...new URLSearchParams(encoded)].map(([name, value]) => [
      decodeURIComponent(name),
      decodeURIComponent(value),
    ]);
  } catch (cause) {
    throw new IrisError('USAGE_INVALID', 'The metadata filter is not properly encoded', { cause });
  }
}
