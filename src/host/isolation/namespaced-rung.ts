import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { findKernelSources } from './kernel-sources.ts';
import type { LaunchedSandbox } from './launcher.ts';
import type { Machine } from './machine.ts';
import { planRootStage } from './root-stage.ts';
import type { RungRequest } from './rung.ts';
import { runningSandbox } from './running-sandbox.ts';
import { agentCommand, type Blueprint, type LauncherCommand, type SandboxSources } from './sandbox-layout.ts';
import type { SandboxUids } from './sandbox-uids.ts';
import { startLauncher } from './start-launcher.ts';

export interface NamespacedRungOptions {
  readonly machine: Machine;
  readonly uids: SandboxUids;
  /** The rung's own part: from a blueprint to a command line. */
  readonly buildCommand: (blueprint: Blueprint) => Promise<LauncherCommand> | LauncherCommand;
}

// The launcher's own environment: all that a sandbox could ever read of it.
const LAUNCHER_ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } as const;

/** Launches a sandbox in namespaces: as root below a uid of its own and from a private stage, else directly. */
export async function launchNamespaced(
  request: RungRequest,
  { machine, uids, buildCommand }: NamespacedRungOptions,
): Promise<LaunchedSandbox> {
  request.signal?.throwIfAborted();
  const sources = await readSources(request, machine);
  const stage = machine.isRoot ? await planRootStage(sources, machine) : undefined;
  const command = await buildCommand({
    sandboxId: request.sandboxId,
    limits: request.limits,
    sources: stage?.sources ?? sources,
    command: request.command ?? agentCommand(),
  });
  if (stage === undefined) return start(command, request);

  const uid = await uids.take();
  const release = (): Promise<void> => Promise.resolve(uids.release(uid));
  try {
    return await start(stage.wrap(command, uid), request, release);
  } catch (error) {
    uids.release(uid);
    throw error;
  }
}

async function start(
  command: LauncherCommand,
  { sandboxId, signal }: RungRequest,
  cleanUp?: () => Promise<void>,
): Promise<LaunchedSandbox> {
  signal?.throwIfAborted();
  const started = await startLauncher(command, { sandboxId, env: LAUNCHER_ENVIRONMENT, cwd: '/' });
  const sandbox = runningSandbox(started, { hasInit: true, ...(cleanUp && { cleanUp }) });
  if (signal?.aborted !== true) return sandbox;
  await sandbox.kill();
  throw signal.reason;
}

async function readSources({ agentFile }: RungRequest, { nodeFile }: Machine): Promise<SandboxSources> {
  const node = resolve(nodeFile);
  if (agentFile === undefined) return { node };
  const agent = resolve(agentFile);
  const spare = join(dirname(agent), 'spare.mjs');
  const hasSpare = await access(spare).then(
    () => true,
    () => false,
  );
  return { node, agent, spare: hasSpare ? spare : undefined, kernel: await findKernelSources(agent) };
}
