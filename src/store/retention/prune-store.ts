import { z } from 'zod';
import type { PruneParams, PruneReport } from '../../contract/daemon-wire.ts';
import type { Store } from '../port/store.ts';

const pass = z.object({
  eventDays: z.number(),
  deleted: z.record(z.string(), z.number()),
  rolled: z.record(z.string(), z.number()),
  total: z.number(),
});

/** Takes away what of a project has grown old, pass by pass until nothing is left; a dry run counts it once. */
export async function pruneStore(
  store: Store,
  { isDryRun, eventDays }: Pick<PruneParams, 'isDryRun' | 'eventDays'>,
  signal: AbortSignal,
): Promise<PruneReport> {
  const input = { dryRun: isDryRun, ...(eventDays === undefined ? {} : { eventDays }) };
  const deleted: Record<string, number> = {};
  const rolled: Record<string, number> = {};
  for (;;) {
    const answer = pass.parse(await store.call('iris_data_prune', input, { signal }));
    addTo(deleted, answer.deleted);
    addTo(rolled, answer.rolled);
    if (isDryRun || answer.total === 0) return { isDryRun, eventDays: answer.eventDays, deleted, rolled };
  }
}

function addTo(sums: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [table, count] of Object.entries(counts)) sums[table] = (sums[table] ?? 0) + count;
}
