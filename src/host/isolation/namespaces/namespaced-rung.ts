import type { LaunchedSandbox } from '../launch/launcher.ts';
import type { Machine } from '../machine/machine.ts';
import { readSources } from '../machine/read-sources.ts';
import { planRootStage } from './root-stage.ts';
import type { RungRequest } from '../launch/rung.ts';
import { agentCommand, SANDBOX_UID, type Blueprint, type LauncherCommand } from '../launch/sandbox-layout.ts';
import { VOLUME_UID_BASE, type SandboxUids } from '../launch/sandbox-uids.ts';
import { startInGroup } from '../processes/start-in-group.ts';

export interface NamespacedRungOptions {
  readonly machine: Machine;
  readonly uids: SandboxUids;
  /** The rung's own part: from a blueprint to a command line. */
  readonly buildCommand: (blueprint: Blueprint) => Promise<LauncherCommand> | LauncherCommand;
}

/** Launches a sandbox in namespaces: as root below a uid of its own and from a private stage, else directly. */
export async function launchNamespaced(
  request: RungRequest,
  { machine, uids, buildCommand }: NamespacedRungOptions,
): Promise<LaunchedSandbox> {
  request.signal?.throwIfAborted();
  const sources = await readSources(request, machine);
  const { home, volumes } = request;
  const stage = machine.isRoot ? await planRootStage({ sources, home, volumes }, machine) : undefined;
  const command = await buildCommand({
    sandboxId: request.sandboxId,
    limits: request.limits,
    sources: stage?.sources ?? sources,
    home: stage === undefined ? request.home?.path : stage.home,
    volumes: stage?.volumes ?? request.volumes,
    command: request.command ?? agentCommand(),
  });
  if (stage === undefined) return startInGroup(command, { request, machine, running: { hasInit: true } });

  const hasVolumes = (request.volumes ?? []).length > 0;
  const uid = hasVolumes ? VOLUME_UID_BASE + SANDBOX_UID : await uids.take();
  const cleanUp = (): Promise<void> => Promise.resolve(uids.release(uid));
  try {
    const running = { hasInit: true, cleanUp };
    return await startInGroup(stage.wrap(command, uid), { request, machine, running });
  } catch (error) {
    uids.release(uid);
    throw error;
  }
}
