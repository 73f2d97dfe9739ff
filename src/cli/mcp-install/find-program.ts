import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The place of a program on the PATH that can be started without a shell, or undefined. */
export function findProgram(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string | undefined {
  // Scripts of npm need a shell on Windows, whose rules for quotes nobody can keep.
  const fileName = platform === 'win32' ? `${name}.exe` : name;
  return (env['PATH'] ?? env['Path'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, fileName))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
