import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LaunchedSandbox } from '../launch/launcher.ts';
import type { Machine } from '../machine/machine.ts';
import { readSources } from '../machine/read-sources.ts';
import type { RungLauncher, RungRequest } from '../launch/rung.ts';
import { runningSandbox } from '../processes/running-sandbox.ts';
import { sandboxExecCommand } from './sandbox-exec-command.ts';
import { SANDBOX_EXEC_PROBE } from './sandbox-exec-probe.ts';
import { agentCommand } from '../launch/sandbox-layout.ts';
import { LAUNCHER_ENVIRONMENT } from '../processes/start-in-group.ts';
import { startLauncher } from '../launch/start-launcher.ts';

/** The one rung of macOS: reduced, and written from Apple's pages rather than tried on every Mac. */
export function sandboxExecRung(machine: Machine): RungLauncher {
  return {
    rung: 'sandbox-exec',
    weaknesses: [
      'Reduced isolation: this rung is untested on your version of macOS but for its probe, and Apple calls sandbox-exec deprecated.',
      'To the kernel, processes in a sandbox have your own user ID; the profile alone keeps them away.',
      'Memory, processes and room on the disk are not limited, and processor time is not limited.',
      'A script can tell whether a path of this machine exists, though it can read nothing but programs.',
      'A daemon that a script detached may live on when its sandbox ends.',
      'There is no network, not even for a server of its own.',
    ],
    probe: SANDBOX_EXEC_PROBE,
    launch: (request) => launch(request, machine),
  };
}

async function launch(request: RungRequest, machine: Machine): Promise<LaunchedSandbox> {
  const { sandboxId, limits, command = agentCommand(), signal } = request;
  signal?.throwIfAborted();
  const found = await readSources(request, machine);
  // The profile compares real paths.
  const sources = { ...found, node: await realpath(found.node) };
  const home = await realpath(await mkdtemp(join(tmpdir(), 'iris-home-')));
  const removeHome = (): Promise<void> => rm(home, { recursive: true, force: true });
  try {
    const tool = machine.tools['sandbox-exec']?.path ?? 'sandbox-exec';
    const line = sandboxExecCommand({ sandboxId, limits, sources, command }, tool, home);
    const started = await startLauncher(line, { sandboxId, env: LAUNCHER_ENVIRONMENT, cwd: home });
    const sandbox = runningSandbox(started, {
      sandboxId: request.sandboxId,
      hasInit: false,
      cleanUp: removeHome,
    });
    if (signal?.aborted !== true) return sandbox;
    await sandbox.kill();
    throw signal.reason;
  } catch (error) {
    await removeHome();
    throw error;
  }
}
