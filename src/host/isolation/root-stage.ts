import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { IrisError } from '../../core/errors.ts';
import type { VolumeMount } from './launcher.ts';
import type { Machine } from './machine.ts';
import type { LauncherCommand, SandboxSources } from './sandbox-layout.ts';

/** A private place where the sandbox's uid can read what only root can reach (node below /root, say). */
export interface RootStage {
  /** Where the sources are once the stage is set. */
  readonly sources: SandboxSources;
  readonly volumes: readonly VolumeMount[];
  /** Puts setting the stage and dropping to `uid` before a launcher's command. */
  wrap(command: LauncherCommand, uid: number): LauncherCommand;
}

/**
 * Covers an unused folder with a tmpfs that only this launcher sees. The node binary is bound, not copied, for
 * its size; the agent's files are copied, because the sandbox's uid may lack the permission to read them.
 */
const STAGE_SCRIPT = `set -e
umask 022
stage=$1 node=$2 agent=$3 spare=$4 mount=$5
shift 5
number=0
"$mount" -t tmpfs -o mode=0755,nosuid,nodev,size=64m iris "$stage"
: >"$stage/node"
"$mount" -o bind "$node" "$stage/node"
if [ -n "$agent" ]; then cat "$agent" >"$stage/agent.cjs"; fi
if [ -n "$spare" ]; then cat "$spare" >"$stage/spare.mjs"; fi
while [ "$1" != -- ]; do
  mkdir "$stage/volume-$number"
  "$mount" -o bind,nosuid,nodev "$1" "$stage/volume-$number"
  number=$((number + 1))
  shift
done
shift
exec "$@"`;

const MOUNT_POINTS = ['/mnt', '/srv', '/media', '/opt', '/home', '/var/tmp', '/tmp'] as const;

/** Plans a stage for these sources; nothing on the host changes, neither now nor when it is set. */
export async function planRootStage(
  sources: SandboxSources,
  machine: Machine,
  volumes: readonly VolumeMount[] = [],
): Promise<RootStage> {
  const point = await pickMountPoint([...Object.values(sources), ...volumes.map(({ dir }) => dir)]);
  const staged = {
    node: `${point}/node`,
    agent: sources.agent === undefined ? undefined : `${point}/agent.cjs`,
    spare: sources.spare === undefined ? undefined : `${point}/spare.mjs`,
  };
  return {
    sources: staged,
    volumes: volumes.map(({ mountPath }, index) => ({ dir: `${point}/volume-${index}`, mountPath })),
    wrap: (command, uid) => ({
      inputs: command.inputs,
      argv: [
        [tool(machine, 'unshare'), '--mount', '--propagation', 'private', '--'],
        ['/bin/sh', '-c', STAGE_SCRIPT, 'stage', point],
        [sources.node, sources.agent ?? '', sources.spare ?? '', tool(machine, 'mount')],
        [...volumes.map(({ dir }) => dir), '--'],
        [tool(machine, 'setpriv'), '--reuid', String(uid), '--regid', String(uid), '--clear-groups', '--'],
        ...command.argv,
      ].flat(),
    }),
  };
}

/** The first standard folder that can be covered without hiding one of `paths`. */
export async function pickMountPoint(paths: readonly (string | undefined)[]): Promise<string> {
  const ancestors = new Set(paths.flatMap((path) => (path === undefined ? [] : ancestorsOf(path))));
  for (const point of MOUNT_POINTS) {
    if (ancestors.has(point)) continue;
    const stats = await stat(point).catch(() => undefined);
    if (stats?.isDirectory() === true) return point;
  }
  throw new IrisError(
    'ISOLATION_UNAVAILABLE',
    `No folder to mount a sandbox on among ${MOUNT_POINTS.join(', ')}`,
    {
      hint: 'Create an empty folder /mnt.',
    },
  );
}

function ancestorsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [path, ...ancestorsOf(parent)];
}

function tool(machine: Machine, name: 'unshare' | 'mount' | 'setpriv'): string {
  return machine.tools[name]?.path ?? name;
}
