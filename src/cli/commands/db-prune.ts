import type { PruneReport } from '../../contract/daemon-wire.ts';
import { IrisError } from '../../core/errors.ts';
import { askDaemon } from '../ask-daemon.ts';
import { storeContext } from '../../contract/caller-context.ts';
import type { CliContext } from '../context.ts';

export interface DbPruneFlags {
  readonly yes?: boolean;
  readonly keepEvents?: string;
  readonly json?: boolean;
}

/** `iris db prune`: takes away what has grown old; without --yes it only counts. */
export async function dbPrune(flags: DbPruneFlags, context: CliContext): Promise<void> {
  const params = {
    ...storeContext(process.env, process.cwd()),
    isDryRun: flags.yes !== true,
    ...(flags.keepEvents === undefined ? {} : { eventDays: daysIn(flags.keepEvents) }),
  };
  const report = await askDaemon('db.prune', params, context.distDir);
  process.stdout.write(flags.json === true ? `${JSON.stringify(report)}\n` : render(report));
  if (report.isDryRun) process.stderr.write('iris: Nothing was changed; with --yes it is\n');
}

function daysIn(text: string): number {
  const days = Number(/^(\d{1,5})d$/.exec(text)?.[1]);
  if (days >= 1 && days <= 36_500) return days;
  throw new IrisError('USAGE_INVALID', `--keep-events is no number of days: ${text}`, {
    hint: 'Write it as 30d, up to 36500d.',
  });
}

function render({ isDryRun, eventDays, deleted, rolled }: PruneReport): string {
  const verbs = isDryRun ? (['to delete', 'to roll up'] as const) : (['deleted', 'rolled up'] as const);
  const lines = [
    ...Object.entries(deleted).map(([table, count]) => `${table.padEnd(14)}  ${count} ${verbs[0]}`),
    ...Object.entries(rolled).map(([table, count]) => `${table.padEnd(14)}  ${count} ${verbs[1]}`),
  ];
  return `${lines.join('\n')}\nevents are kept for ${eventDays} days\n`;
}
