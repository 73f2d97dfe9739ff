import type { VolumeRemoval, VolumeRow } from '../contract/sandbox-wire.ts';
import { IrisError } from '../core/errors.ts';
import { volumesIn } from '../executor/sandbox-metadata.ts';
import type { SandboxProvider } from '../sandbox/sandbox.ts';
import type { FoundSandbox } from './find-sandbox.ts';

/** Every volume, and the sandboxes that have it. */
export async function volumeRows(
  provider: Pick<SandboxProvider, 'kind' | 'volumes'>,
  known: readonly FoundSandbox[],
): Promise<VolumeRow[]> {
  const near = known.filter(({ backend }) => backend.provider.kind === provider.kind);
  return (await provider.volumes()).map(({ id, name }) => ({
    id,
    name,
    sandboxes: near
      .filter(({ listing }) => volumesIn(listing.metadata).some((volume) => volume.name === name))
      .map(({ listing }) => listing.id),
  }));
}

/** Removes volumes, all or none. Throws IRIS_CONFLICT for one that a sandbox has. */
export async function removeVolumes(
  provider: Pick<SandboxProvider, 'kind' | 'volumes' | 'deleteVolume'>,
  known: readonly FoundSandbox[],
  targets: readonly string[],
): Promise<VolumeRemoval[]> {
  const rows = await volumeRows(provider, known);
  const found = targets.map((target) => rows.find(({ id, name }) => target === name || target === id));
  for (const row of found) if (row !== undefined) demandUnused(row);
  return await Promise.all(
    targets.map(async (target, at) => {
      const id = found[at]?.id;
      return { name: target, isRemoved: id !== undefined && (await provider.deleteVolume(id)) };
    }),
  );
}

function demandUnused({ name, sandboxes }: VolumeRow): void {
  if (sandboxes.length === 0) return;
  throw new IrisError(
    'IRIS_CONFLICT',
    `The volume ${name} is in use: sandbox ${sandboxes.join(', ')} has it`,
    {
      hint: `Close it first: iris sandbox close ${sandboxes.join(' ')}`,
    },
  );
}
