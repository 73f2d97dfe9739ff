import type { SandboxListing } from './sandbox.ts';

/** Whether a sandbox has all of this. A host that was asked for it may not have looked closely. */
export function hasMetadata(
  listing: Pick<SandboxListing, 'metadata'>,
  metadata: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(metadata).every(([key, value]) => listing.metadata[key] === value);
}
