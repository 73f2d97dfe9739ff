import { IrisError } from '../../../core/errors.ts';
import type { NamedMount } from '../../sandboxes/live-sandbox.ts';
import { checkMountPaths } from '../../volumes/mount-path.ts';
import type { ControlContext } from '../handler.ts';

/** Finds the volumes that a new sandbox asks for; undefined when it asks for none. */
export async function resolveMounts(
  context: ControlContext,
  wanted: readonly { readonly name: string; readonly path: string }[],
): Promise<NamedMount[] | undefined> {
  if (wanted.length === 0) return undefined;
  const paths = checkMountPaths(wanted.map(({ path }) => path));
  return await Promise.all(
    wanted.map(async ({ name }, index) => {
      const volume = await context.volumes.findByName(name);
      if (!volume) throw new IrisError('FILE_NOT_FOUND', `Volume '${name}' not found`);
      return { name, dir: volume.dataDir, mountPath: paths[index] ?? '' };
    }),
  );
}
