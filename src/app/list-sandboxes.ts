import type { SandboxRow } from '../contract/sandbox-wire.ts';
import { METADATA } from '../executor/sandbox-metadata.ts';
import type { SandboxListing } from '../sandbox/sandbox.ts';
import type { Backend, Backends } from './backends.ts';
import { knownSandboxes } from './find-sandbox.ts';

/** Lists iris' sandboxes of `current` and of every other embedded host, newest first. */
export async function listSandboxes(backends: Backends, current: Backend): Promise<SandboxRow[]> {
  const known = await knownSandboxes(backends, current);
  return await Promise.all(known.map(({ backend, listing }) => toRow(backend, listing)));
}

/** A sandbox as a list shows it. */
export async function toRow(backend: Backend, listing: SandboxListing): Promise<SandboxRow> {
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
    costEstimateUsd: costOf(backend, listing, now),
    timeLeftMs: Math.max(0, listing.endAtMs - now),
    // A sandbox may end between the list and this question.
    memoryBytes: (await backend.provider.usage(listing.id).catch(() => undefined))?.memoryBytes,
  };
}

/** Paused, a sandbox costs nothing. */
function costOf({ meter }: Backend, { id, state, startedAtMs }: SandboxListing, nowMs: number): number {
  if (meter === undefined || state !== 'running') return 0;
  return meter.estimate(id, nowMs - startedAtMs);
}
