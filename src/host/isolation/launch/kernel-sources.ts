import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';

/** What the code interpreter brings into a sandbox: its JavaScript kernel and esbuild's program. */
export interface KernelSources {
  readonly script: string;
  readonly esbuild: string;
}

/** The files beside the agent; undefined where one is missing, and JavaScript cells are then refused. */
export async function findKernelSources(agentFile: string): Promise<KernelSources | undefined> {
  const script = join(dirname(agentFile), 'kernel.cjs');
  const esbuild = findEsbuild();
  if (esbuild === undefined) return undefined;
  try {
    await access(script);
    return { script, esbuild };
  } catch {
    return undefined;
  }
}

/** The native program of the esbuild package that iris itself bundles with. */
function findEsbuild(): string | undefined {
  try {
    const fromHere = createRequire(import.meta.url);
    const fromEsbuild = createRequire(fromHere.resolve('esbuild'));
    return fromEsbuild.resolve(`@esbuild/${process.platform}-${process.arch}/bin/esbuild`);
  } catch {
    return undefined;
  }
}
