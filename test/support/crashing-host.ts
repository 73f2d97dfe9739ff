import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Rung } from '../../src/host/isolation/launch/launcher.ts';

/** A host in a process of its own, which a test may kill without a warning. */
export interface CrashingHost {
  readonly url: string;
  readonly apiKey: string;
  /** Resolves when the process is gone. */
  kill(): Promise<void>;
}

/** Starts a host in a child process; `folder` takes its program. */
export async function startCrashingHost(options: {
  readonly folder: string;
  readonly stateDir: string;
  readonly agentFile: string;
  readonly wanted: 'auto' | Rung;
  /** The user who runs it; only root may say so. */
  readonly uid?: number | undefined;
}): Promise<CrashingHost> {
  const file = join(options.folder, 'host.mjs');
  const root = process.cwd();
  await build({
    stdin: { contents: program(options), resolveDir: root, loader: 'ts' },
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  const child = fork(file, {
    stdio: 'inherit',
    cwd: options.folder,
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
  });
  const [message]: { url: string; apiKey: string }[] = await once(child, 'message');
  return {
    url: message?.url ?? '',
    apiKey: message?.apiKey ?? '',
    kill: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function program({ stateDir, agentFile, wanted }: Parameters<typeof startCrashingHost>[0]): string {
  return `
    import { openHost } from './src/host/host.ts';
    import { chooseIsolation } from './src/host/isolation/choose-isolation.ts';
    import { TEST_LIMITS, silent } from './test/support/host.ts';
    const host = await openHost({
      isolation: () => chooseIsolation({ wanted: ${JSON.stringify(wanted)} }),
      agentFile: ${JSON.stringify(agentFile)},
      stateDir: ${JSON.stringify(stateDir)},
      limits: TEST_LIMITS,
      logger: silent,
    });
    process.send({ url: host.url, apiKey: host.apiKey });
  `;
}
