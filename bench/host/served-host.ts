import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { benchEnv } from '../measure.ts';

export interface ServedHost extends AsyncDisposable {
  readonly isolation: string;
  /** What each call of the SDK needs to reach this host. */
  readonly options: { readonly apiKey: string; readonly apiUrl: string; readonly sandboxUrl: string };
}

/** Starts the built `iris host` with a state of its own. */
export async function openServedHost(): Promise<ServedHost> {
  const dir = mkdtempSync(join(tmpdir(), 'iris-bench-host-'));
  const child = spawn(process.execPath, [resolve('bin/iris.cjs'), 'host', '--json'], {
    env: benchEnv({ IRIS_STATE_DIR: join(dir, 'state') }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[json], [said]] = await Promise.all([once(child.stdout, 'data'), once(child.stderr, 'data')]);
  const variables = JSON.parse(String(json));
  return {
    isolation: /isolation: ([\w-]+)/.exec(String(said))?.[1] ?? 'unknown',
    options: {
      apiKey: variables.E2B_API_KEY,
      apiUrl: variables.E2B_API_URL,
      sandboxUrl: variables.E2B_SANDBOX_URL,
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGINT');
      await once(child, 'exit');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
