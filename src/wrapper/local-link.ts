import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Link } from './link.ts';

/** Starts `iris bridge`, which passes calls on to the daemon of this user. */
export async function openLocalLink(env: NodeJS.ProcessEnv): Promise<Link> {
  const child = spawn(process.execPath, [cliFile(env), 'bridge'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  });
  const { stdin, stdout } = child;
  return {
    readable: stdout,
    writable: stdin,
    token: '',
    keepAlive: (isWanted) => {
      for (const handle of [child, stdin, stdout]) {
        const method: unknown = Reflect.get(handle, isWanted ? 'ref' : 'unref');
        if (typeof method === 'function') Reflect.apply(method, handle, []);
      }
    },
    close: () => void stdin.end(),
  };
}

/** The program of the package that this file is part of, or the one that IRIS_CLI names. */
function cliFile(env: NodeJS.ProcessEnv): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const own = join(here, '../../bin/iris.cjs');
  const file = env['IRIS_CLI'] ?? own;
  if (existsSync(file)) return file;
  throw new Error(`There is no iris at ${file}`);
}
