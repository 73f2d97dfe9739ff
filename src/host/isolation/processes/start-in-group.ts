import { joinCommand } from '../cgroup/join-command.ts';
import type { LaunchedSandbox } from '../launch/launcher.ts';
import type { Machine } from '../machine/machine.ts';
import { openGroup } from './open-group.ts';
import type { RungRequest } from '../launch/rung.ts';
import { runningSandbox, type RunningSandboxOptions } from './running-sandbox.ts';
import type { LauncherCommand } from '../launch/sandbox-layout.ts';
import { startLauncher, type StartedLauncher } from '../launch/start-launcher.ts';

/** The launcher's own environment: all that a sandbox could ever read of it. */
export const LAUNCHER_ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } as const;

export interface StartInGroupOptions {
  readonly request: RungRequest;
  readonly machine: Machine;
  readonly running: Omit<RunningSandboxOptions, 'sandboxId' | 'group' | 'hasDiskOfItsOwn'>;
}

/** Starts a launcher in a control group of its own, where this machine has them, and watches over it. */
export async function startInGroup(
  command: LauncherCommand,
  { request, machine, running }: StartInGroupOptions,
): Promise<LaunchedSandbox> {
  const { sandboxId, home, signal } = request;
  signal?.throwIfAborted();
  const group = await openGroup(request, machine);
  const argv = group === undefined ? command.argv : joinCommand(group, command.argv);
  let started: StartedLauncher;
  try {
    started = await startLauncher({ ...command, argv }, { sandboxId, env: LAUNCHER_ENVIRONMENT, cwd: '/' });
  } catch (error) {
    await group?.remove();
    throw error;
  }
  const sandbox = runningSandbox(started, {
    ...running,
    sandboxId,
    group,
    hasDiskOfItsOwn: home?.kind === 'image',
  });
  if (signal?.aborted !== true) return sandbox;
  await sandbox.kill();
  throw signal.reason;
}
