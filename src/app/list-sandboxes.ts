import type { SandboxRow } from '../contract/daemon-wire.ts';
import { METADATA } from '../executor/sandbox-metadata.ts';
import type { SandboxListing } from '../sandbox/sandbox.ts';
import type { Backend, Backends } from './backends.ts';

/** Lists iris' sandboxes of `current` and of every other embedded host, newest first. */
export async function listSandboxes(backends: Backends, current: Backend): Promise<SandboxRow[]> {
  const opened = await backends.opened();
  const asked = opened.filter((backend) => backend === current || backend.host !== undefined);
  const rows = await Promise.all(asked.map(listBackend));
  return rows.flat().toSorted((a, b) => a.ageMs - b.ageMs);
}

async function listBackend(backend: Backend): Promise<SandboxRow[]> {
  const listings = await backend.provider.list();
  const ours = listings.filter((listing) => listing.metadata[METADATA.name] !== undefined);
  return await Promise.all(ours.map((listing) => toRow(backend, listing)));
}

async function toRow(backend: Backend, listing: SandboxListing): Promise<SandboxRow> {
  const now = Date.now();
  const limits = backend.host?.facts(listing.id)?.limits;
  return {
    id: listing.id,
    name: listing.metadata[METADATA.name] ?? '',
    provider: backend.provider.kind,
    project: listing.metadata[METADATA.project] ?? '',
    state: listing.state,
    isolation: backend.isolationOf(listing.id),
    memoryLimit: limits?.memoryLimit,
    diskLimit: limits?.diskLimit,
    ageMs: Math.max(0, now - listing.startedAtMs),
    timeLeftMs: Math.max(0, listing.endAtMs - now),
    // A sandbox may end between the list and this question.
    memoryBytes: await backend.provider.memoryBytes(listing.id).catch(() => undefined),
  };
}
