import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** Programs that are only tried out: they are no dependencies of iris. */
export interface InstalledApart extends AsyncDisposable {
  readonly modules: string;
  /** The Node among them. */
  readonly node: string;
}

/** Both the suite and the Inspector need more than the oldest Node that iris runs on. */
const NODE = 'node@24';

/** Installs packages into a folder of their own, or takes the folder that has them; undefined where that fails. */
export async function installApart(
  packages: readonly string[],
  folder: string | undefined,
  node = NODE,
): Promise<InstalledApart | undefined> {
  const place = folder ?? (await mkdtemp(join(tmpdir(), 'iris-apart-')));
  const modules = join(place, 'node_modules');
  const installed = {
    modules,
    node: join(modules, 'node/bin/node'),
    [Symbol.asyncDispose]: async () => {
      if (folder === undefined) await rm(place, { recursive: true, force: true });
    },
  };
  if (folder !== undefined) return installed;
  const args = ['install', '--prefix', place, '--no-audit', '--no-fund', '--silent', node, ...packages];
  const { exitCode } = await execa('npm', args, { reject: false, stdio: 'inherit' });
  if (exitCode === 0) return installed;
  console.log(`skipped: ${[node, ...packages].join(', ')} could not be installed`);
  await installed[Symbol.asyncDispose]();
  return undefined;
}
