import { SandboxError, type E2B } from '@e2b/code-interpreter';
import type { Volume } from './sandbox.ts';

type VolumeClass = E2B['Volume'];

export async function listVolumes(volumeClass: VolumeClass): Promise<Volume[]> {
  return (await volumeClass.list()).map(({ volumeId, name }) => ({ id: volumeId, name }));
}

/** Tells whether it was made; false when its name is taken. */
export async function createVolume(volumeClass: VolumeClass, name: string): Promise<boolean> {
  try {
    await volumeClass.create(name);
    return true;
  } catch (thrown) {
    if (thrown instanceof SandboxError && thrown.statusCode === 409) return false;
    throw thrown;
  }
}
