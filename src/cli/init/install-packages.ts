import { spawn } from 'node:child_process';
import type { PackageManager } from './package-installers.ts';

/** Installs the packages of a project, with what that prints on standard error; returns why it failed, if it did. */
export async function installPackages(manager: PackageManager, dir: string): Promise<string | undefined> {
  const isWindows = process.platform === 'win32';
  const child = spawn(manager, ['install'], {
    cwd: dir,
    stdio: ['ignore', process.stderr, process.stderr],
    // On Windows they are scripts, which only a shell starts.
    shell: isWindows,
  });
  return await new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ENOENT' ? `there is no ${manager} on this machine` : error.message),
    );
    child.once('close', (code, signal) =>
      resolve(
        code === 0
          ? undefined
          : signal === null
            ? `it ended with exit code ${code}`
            : `it was ended by ${signal}`,
      ),
    );
  });
}
