import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { foldersUp } from '../bundle/folders-up.ts';
import type { PackageSpec } from './package-spec.ts';

const VERSION = /^\d+\.\d+\.\d+[\w.+-]*$/;

/** Gives npm packages without a version the one that the project has here, so that a script meets what it was written for. */
export async function pinToLocal(
  packages: readonly PackageSpec[],
  folder: string,
): Promise<readonly PackageSpec[]> {
  return await Promise.all(
    packages.map(async (wanted) => {
      if (wanted.source !== 'npm' || wanted.spec !== wanted.name) return wanted;
      const version = await localVersion(wanted.name, folder);
      return version === undefined ? wanted : { ...wanted, spec: `${wanted.name}@${version}` };
    }),
  );
}

async function localVersion(name: string, folder: string): Promise<string | undefined> {
  for (const parent of foldersUp(folder)) {
    const file = join(parent, 'node_modules', name, 'package.json');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return versionIn(text);
  }
  return undefined;
}

function versionIn(text: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const hasVersion = typeof parsed === 'object' && parsed !== null && 'version' in parsed;
    const version = hasVersion && typeof parsed.version === 'string' ? parsed.version : '';
    return VERSION.test(version) ? version : undefined;
  } catch {
    return undefined;
  }
}
