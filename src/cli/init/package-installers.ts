import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { IrisError } from '../../core/errors.ts';

export const PACKAGE_MANAGERS = ['npm', 'pnpm', 'yarn', 'bun'] as const;

export type PackageManager = (typeof PACKAGE_MANAGERS)[number];

const LOCKS: readonly (readonly [file: string, manager: PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['pnpm-workspace.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
];

/** The one that started iris, else the one whose lock file lies in a folder above; npm where nothing tells. */
export function detectPackageManager(dir: string, env: NodeJS.ProcessEnv): PackageManager {
  const agent = env['npm_config_user_agent']?.split('/')[0];
  const byAgent = PACKAGE_MANAGERS.find((manager) => manager === agent);
  if (byAgent !== undefined) return byAgent;
  for (let folder = dir; ; folder = dirname(folder)) {
    const lock = LOCKS.find(([file]) => existsSync(join(folder, file)));
    if (lock !== undefined) return lock[1];
    if (dirname(folder) === folder) return 'npm';
  }
}

/** Throws USAGE_INVALID for one that iris does not know. */
export function parsePackageManager(word: string): PackageManager {
  const known = PACKAGE_MANAGERS.find((manager) => manager === word);
  if (known !== undefined) return known;
  throw new IrisError('USAGE_INVALID', `--package-manager ${word}: iris does not know it`, {
    hint: `Take one of: ${PACKAGE_MANAGERS.join(', ')}`,
  });
}

/** The words that start iris in a project that has it as a package. */
export function irisOf(manager: PackageManager): readonly string[] {
  return {
    npm: ['npx', 'iris'],
    pnpm: ['pnpm', 'exec', 'iris'],
    yarn: ['yarn', 'iris'],
    bun: ['bunx', 'iris'],
  }[manager];
}

/** The words that start iris where no project has it: as it was started now. */
export function irisWithoutPackage(env: NodeJS.ProcessEnv): readonly string[] {
  return env['npm_command'] === 'exec' ? ['npx', 'iris-prime'] : ['iris'];
}
