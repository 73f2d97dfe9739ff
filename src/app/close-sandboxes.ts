import type { CloseReport } from '../contract/daemon-wire.ts';
import { METADATA } from '../executor/sandbox-metadata.ts';
import type { Backend, Backends } from './backends.ts';

export interface CloseWish {
  /** Ids anywhere, or names in `project`. */
  readonly targets: readonly string[];
  readonly project: string;
  /** Every sandbox of this user's iris, whatever its project. */
  readonly all: boolean;
  /** The mark of this user's sandboxes: others who use the same key have names and projects like these, too. */
  readonly owner: string;
}

/** Ends the sandboxes that are asked for; one that is gone already is no failure. */
export async function closeSandboxes(backends: Backends, wish: CloseWish): Promise<CloseReport> {
  const opened = await backends.opened();
  const reports = await Promise.all(opened.map((backend) => closeIn(backend, wish)));
  const closed = reports.flat();
  const { targets } = wish;
  const gone = targets.filter((target) => !closed.some(({ id, name }) => target === id || target === name));
  return { closed, gone };
}

async function closeIn(backend: Backend, wish: CloseWish): Promise<{ id: string; name: string }[]> {
  const listings = await backend.provider.list();
  const chosen = listings.flatMap(({ id, metadata }) => {
    const name = metadata[METADATA.name];
    if (name === undefined) return [];
    const isOwn = backend.provider.kind === 'embedded' || metadata[METADATA.owner] === wish.owner;
    const isNamed = wish.targets.includes(name) && metadata[METADATA.project] === wish.project;
    return wish.targets.includes(id) || (isOwn && (wish.all || isNamed)) ? [{ id, name }] : [];
  });
  await Promise.all(
    chosen.map(async ({ id }) => {
      await backend.executor.sandboxes.forgetId(id);
      await backend.provider.kill(id);
    }),
  );
  return chosen;
}
