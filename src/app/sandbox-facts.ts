import type { SandboxDetails, SandboxLog, SandboxMetrics } from '../contract/sandbox-wire.ts';
import { METADATA, volumesIn, volumeWords } from '../executor/sandbox-metadata.ts';
import { secretsOf, type FoundSandbox } from './find-sandbox.ts';
import { toRow } from './list-sandboxes.ts';

/** Everything there is to tell about one sandbox. */
export async function sandboxDetails({ backend, listing }: FoundSandbox): Promise<SandboxDetails> {
  const [row, { template, onTimeout, startedAtMs, endAtMs }] = await Promise.all([
    toRow(backend, listing),
    backend.provider.describe(listing.id),
  ]);
  const { metadata } = listing;
  return {
    ...row,
    template,
    onTimeout,
    network: metadata[METADATA.network] === 'yes' ? 'on' : 'off',
    secrets: secretsOf(listing),
    volumes: volumeWords(volumesIn(metadata)),
    version: metadata[METADATA.version],
    run: metadata[METADATA.run],
    startedAt: new Date(startedAtMs).toISOString(),
    endAt: new Date(endAtMs).toISOString(),
  };
}

/** The last lines of what happened to it. */
export async function sandboxLog(
  { backend, listing, name }: FoundSandbox,
  limit: number,
): Promise<SandboxLog> {
  const lines = await backend.provider.logs(listing.id, limit);
  return {
    id: listing.id,
    name,
    lines: lines.map(({ atMs, ...line }) => ({ at: new Date(atMs).toISOString(), ...line })),
  };
}

/** What it uses now; nothing where it is paused. */
export async function sandboxMetrics({ backend, listing, name }: FoundSandbox): Promise<SandboxMetrics> {
  const { id, state } = listing;
  const usage = state === 'running' ? await backend.provider.usage(id) : undefined;
  if (usage === undefined) return { id, name, state };
  const { atMs, ...figures } = usage;
  return { id, name, state, usage: { at: new Date(atMs).toISOString(), ...figures } };
}
