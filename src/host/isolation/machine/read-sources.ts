import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { findKernelSources } from '../launch/kernel-sources.ts';
import type { Machine } from './machine.ts';
import type { RungRequest } from '../launch/rung.ts';
import type { SandboxSources } from '../launch/sandbox-layout.ts';

/** Finds the files that a request brings into its sandbox. */
export async function readSources(
  { agentFile }: RungRequest,
  { nodeFile }: Machine,
): Promise<SandboxSources> {
  const node = resolve(nodeFile);
  if (agentFile === undefined) return { node };
  const agent = resolve(agentFile);
  const [spare, preload, kernel] = await Promise.all([
    existing(join(dirname(agent), 'spare.mjs')),
    existing(join(dirname(agent), 'egress.cjs')),
    findKernelSources(agent),
  ]);
  return { node, agent, spare, preload, kernel };
}

async function existing(file: string): Promise<string | undefined> {
  return await access(file).then(
    () => file,
    () => undefined,
  );
}
