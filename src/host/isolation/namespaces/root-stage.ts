import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { IrisError } from '../../../core/errors.ts';
import { MOUNT_IMAGE } from '../launch/disk-quota.ts';
import type { SandboxHome, VolumeMount } from '../launch/launcher.ts';
import type { Machine } from '../machine/machine.ts';
import { sourcePaths, type LauncherCommand, type SandboxSources } from '../launch/sandbox-layout.ts';

/** A private place where the sandbox's uid can read what only root can reach (node below /root, say). */
export interface RootStage {
  /** Where the sources are once the stage is set. */
  readonly sources: SandboxSources;
  readonly home: string | undefined;
  readonly volumes: readonly VolumeMount[];
  /** Puts setting the stage and dropping to `uid` before a launcher's command. */
  wrap(command: LauncherCommand, uid: number): LauncherCommand;
}

/**
 * Covers an unused folder with a tmpfs that only this launcher sees. Node and esbuild are bound, not copied, for
 * their size; the agent's files are copied, because the sandbox's uid may lack the permission to read them.
 */
const STAGE_SCRIPT = `set -e
umask 022
stage=$1 node=$2 agent=$3 spare=$4 mount=$5 kernel=$6 esbuild=$7 preload=$8
shift 8
uid=$1 folder=$2 image=$3
shift 3
number=0
"$mount" -t tmpfs -o mode=0755,nosuid,nodev,size=64m iris "$stage"
: >"$stage/node"
"$mount" -o bind "$node" "$stage/node"
if [ -n "$agent" ]; then cat "$agent" >"$stage/agent.cjs"; fi
if [ -n "$spare" ]; then cat "$spare" >"$stage/spare.mjs"; fi
if [ -n "$preload" ]; then cat "$preload" >"$stage/egress.cjs"; fi
if [ -n "$kernel" ]; then
  cat "$kernel" >"$stage/kernel.cjs"
  : >"$stage/esbuild"
  "$mount" -o bind "$esbuild" "$stage/esbuild"
fi
home="$stage/home"
mkdir "$home"
if [ -n "$folder" ]; then
"$mount" -o bind,nosuid,nodev "$folder" "$home"
# The uid is another one each time. Nothing runs yet that could put links into the way; none is followed.
chown -hR "$uid:$uid" "$home"
chmod 0755 "$home"
fi
if [ -n "$image" ]; then
${MOUNT_IMAGE}
rmdir "$home/lost+found" 2>/dev/null || :
# The uid is another one each time.
chown -hR "$uid:$uid" "$home"
fi
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
  {
    sources,
    home,
    volumes = [],
  }: {
    readonly sources: SandboxSources;
    readonly home?: SandboxHome | undefined;
    readonly volumes?: readonly VolumeMount[] | undefined;
  },
  machine: Machine,
): Promise<RootStage> {
  const volumeDirs = volumes.map(({ dir }) => dir);
  const point = await pickMountPoint([...sourcePaths(sources), home?.path, ...volumeDirs]);
  const staged = {
    node: `${point}/node`,
    agent: sources.agent === undefined ? undefined : `${point}/agent.cjs`,
    spare: sources.spare === undefined ? undefined : `${point}/spare.mjs`,
    preload: sources.preload === undefined ? undefined : `${point}/egress.cjs`,
    kernel: sources.kernel && { script: `${point}/kernel.cjs`, esbuild: `${point}/esbuild` },
  };
  return {
    sources: staged,
    home: home && `${point}/home`,
    volumes: volumes.map(({ mountPath }, index) => ({ dir: `${point}/volume-${index}`, mountPath })),
    wrap: (command, uid) => ({
      inputs: command.inputs,
      argv: [
        [tool(machine, 'unshare'), '--mount', '--propagation', 'private', '--'],
        ['/bin/sh', '-c', STAGE_SCRIPT, 'stage', point],
        [sources.node, sources.agent ?? '', sources.spare ?? '', tool(machine, 'mount')],
        [sources.kernel?.script ?? '', sources.kernel?.esbuild ?? '', sources.preload ?? ''],
        [String(uid), pathOf(home, 'folder'), pathOf(home, 'image')],
        [...volumeDirs, '--'],
        [tool(machine, 'setpriv'), '--reuid', String(uid), '--regid', String(uid), '--clear-groups', '--'],
        ...command.argv,
      ].flat(),
    }),
  };
}

function pathOf(home: SandboxHome | undefined, kind: SandboxHome['kind']): string {
  return home?.kind === kind ? home.path : '';
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
