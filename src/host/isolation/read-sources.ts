import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { findKernelSources } from './kernel-sources.ts';
import type { Machine } from './machine.ts';
import type { RungRequest } from './rung.ts';
import type { SandboxSources } from './sandbox-layout.ts';

/** Finds the files that a request brings into its sandbox. */
export async function readSources(
  { agentFile }: RungRequest,
  { nodeFile }: Machine,
): Promise<SandboxSources> {
  const node = resolve(nodeFile);
  if (agentFile === undefined) return { node };
  const agent = resolve(agentFile);
  const spare = join(dirname(agent), 'spare.mjs');
  const hasSpare = await access(spare).then(
    () => true,
    () => false,
  );
  return { node, agent, spare: hasSpare ? spare : undefined, kernel: await findKernelSources(agent) };
}
