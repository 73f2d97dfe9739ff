import type { SnapshotRow } from '../contract/sandbox-wire.ts';
import type { FoundSandbox } from './find-sandbox.ts';
import { demandNoRun } from './pause-sandboxes.ts';

/** Keeps the files of a sandbox in which nothing runs, since it stands still meanwhile. Throws IRIS_CONFLICT. */
export async function takeSnapshot(
  found: FoundSandbox,
  name: string | undefined,
): Promise<SnapshotRow & { readonly sandbox: string }> {
  await demandNoRun(found);
  const { backend, listing } = found;
  return { ...(await backend.provider.snapshot(listing.id, name)), sandbox: listing.id };
}
