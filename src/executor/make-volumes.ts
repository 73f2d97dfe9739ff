import type { SandboxProvider, VolumeMount } from '../sandbox/sandbox.ts';

/** Makes the volumes that are not there yet, and tells which these were. */
export async function makeVolumes(
  provider: Pick<SandboxProvider, 'volumes' | 'createVolume'>,
  wanted: readonly VolumeMount[] = [],
): Promise<string[]> {
  if (wanted.length === 0) return [];
  const there = new Set((await provider.volumes()).map(({ name }) => name));
  const missing = [...new Set(wanted.map(({ name }) => name))].filter((name) => !there.has(name));
  const made = await Promise.all(
    missing.map(async (name) => ((await provider.createVolume(name)) ? [name] : [])),
  );
  return made.flat();
}
