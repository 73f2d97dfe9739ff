import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { killMarked } from './processes/kill-strays.ts';
import { findKernelSources } from './launch/kernel-sources.ts';
import type { Isolation, LaunchedSandbox, LaunchRequest } from './launch/launcher.ts';
import { factsOf } from './required-isolation.ts';
import { runningSandbox } from './processes/running-sandbox.ts';
import { sendSignal } from './processes/send-signal.ts';
import { startLauncher } from './launch/start-launcher.ts';

/** No rung at all: the agent as an ordinary process of this user, in a temporary home folder. */
export function noIsolation(nodeFile: string): Isolation {
  return {
    rung: 'none',
    keepsHome: true,
    facts: factsOf('none', false),
    reason: 'Asked for by --isolation none.',
    weaknesses: [
      'There is no isolation: the script can do whatever you can do on this machine, the network included.',
      'No limit is set on memory, processes or files.',
    ],
    launch: (request) => launchPlain(request, nodeFile),
  };
}

async function launchPlain(request: LaunchRequest, nodeFile: string): Promise<LaunchedSandbox> {
  const { sandboxId, agentFile, signal } = request;
  signal?.throwIfAborted();
  const home = request.home?.path ?? (await mkdtemp(join(tmpdir(), 'iris-home-')));
  const removeHome = async (): Promise<void> => {
    if (request.home === undefined) await rm(home, { recursive: true, force: true });
  };
  try {
    const command = { argv: [nodeFile, agentFile], inputs: [] };
    const kernel = await findKernelSources(agentFile);
    const env = {
      ...plainEnvironment(sandboxId, home, nodeFile),
      ...(kernel && { IRIS_ESBUILD: kernel.esbuild }),
    };
    const started = await startLauncher(command, { sandboxId, env, cwd: home });
    const sandbox = runningSandbox(started, {
      sandboxId,
      hasInit: false,
      cleanUp: async () => {
        sendSignal(-started.pid, 'SIGKILL');
        await killMarked(sandboxId);
        await removeHome();
      },
    });
    if (signal?.aborted !== true) return sandbox;
    await sandbox.kill();
    throw signal.reason;
  } catch (error) {
    await removeHome();
    throw error;
  }
}

function plainEnvironment(sandboxId: string, home: string, nodeFile: string): Record<string, string> {
  const path = [dirname(nodeFile), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);
  return { PATH: path, HOME: home, LANG: 'C.UTF-8', E2B_SANDBOX: 'true', E2B_SANDBOX_ID: sandboxId };
}
