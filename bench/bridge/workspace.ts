import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { benchEnv } from '../measure.ts';
import { SCRIPT, times, type Times } from './script.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const TSX = join(ROOT, 'node_modules/tsx/dist/cli.mjs');
const ECHO_RUN = fileURLToPath(new URL('./echo-run.ts', import.meta.url));

/** A folder with the script that measures, and an iris of its own. */
export interface BridgeWorkspace extends AsyncDisposable {
  readonly dir: string;
  /** Runs the script in a sandbox with an echo for a tool, so that a call is a call and no error. */
  runWithEcho(calls: number): Promise<Times>;
  /** Runs the script as iris does. */
  run(calls: number, env?: Readonly<Record<string, string>>): Promise<Times>;
}

export function openBridgeWorkspace(): BridgeWorkspace {
  const dir = mkdtempSync(join(tmpdir(), 'iris-bench-'));
  writeFileSync(join(dir, 'package.json'), '{}');
  writeFileSync(join(dir, 'bridge.ts'), SCRIPT);
  const own = {
    IRIS_STATE_DIR: join(dir, 'state'),
    IRIS_CACHE_DIR: join(dir, 'cache'),
    // A key of the user's own would lead to the cloud.
    E2B_API_KEY: '',
  };
  const iris = async (
    argv: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> => {
    const { stdout } = await execa(process.execPath, [join(ROOT, 'bin/iris.cjs'), ...argv], {
      cwd: dir,
      extendEnv: false,
      env: benchEnv({ ...own, ...env }),
    });
    return stdout;
  };
  return {
    dir,
    runWithEcho: async (calls) => {
      const argv = [TSX, ECHO_RUN, join(dir, 'bridge.ts'), String(calls), join(dir, 'echo-state')];
      const { stdout } = await execa(process.execPath, argv, { extendEnv: false, env: benchEnv(own) });
      return times.parse(JSON.parse(stdout));
    },
    run: async (calls, env) =>
      times.parse(JSON.parse(await iris(['run', '-q', 'bridge.ts', String(calls)], env))),
    [Symbol.asyncDispose]: async () => {
      await iris(['daemon', 'stop']);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
