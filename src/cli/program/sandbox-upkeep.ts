import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { toCount } from './list-options.ts';

const TARGET = 'an id, or a name in this project';

/** Adds what is done with sandboxes that are there. */
export function addSandboxUpkeep(sandbox: Command, context: CliContext): void {
  addPauses(sandbox, context);
  sandbox
    .command('extend')
    .description('Give a sandbox this much time from now.')
    .argument('<id|name>', TARGET)
    .argument('<duration>', 'such as 45m, up to 24h; E2B may grant less')
    .option('--json', 'print JSON')
    .action(async (target: string, duration: string, options: { json?: boolean }) => {
      const { sandboxExtend } = await import('../commands/sandbox-extend.ts');
      await sandboxExtend(target, duration, options, context);
    });
  sandbox
    .command('logs')
    .description('Show what happened to a sandbox.')
    .argument('<id|name>', TARGET)
    .option('-n, --lines <count>', 'how many lines at most (default: 50)', toCount)
    .option('--json', 'print JSON')
    .action(async (target: string, options: { json?: boolean; lines?: number }) => {
      const { sandboxLogs } = await import('../commands/sandbox-logs.ts');
      await sandboxLogs(target, options, context);
    });
  sandbox
    .command('metrics')
    .description('Show the processor, memory and disk that a sandbox uses now.')
    .argument('<id|name>', TARGET)
    .option('--json', 'print JSON')
    .action(async (target: string, options: { json?: boolean }) => {
      const { sandboxMetrics } = await import('../commands/sandbox-metrics.ts');
      await sandboxMetrics(target, options, context);
    });
  addSnapshots(sandbox, context);
  sandbox
    .command('gc')
    .description('Close the sandboxes of yours that nobody uses any more.')
    .option('--dry-run', 'only show them')
    .option('--all', 'also those that a later run could still use')
    .option('--json', 'print JSON')
    .action(async (options: { dryRun?: boolean; all?: boolean; json?: boolean }) => {
      const { sandboxGc } = await import('../commands/sandbox-gc.ts');
      await sandboxGc(options, context);
    });
}

function addSnapshots(sandbox: Command, context: CliContext): void {
  sandbox
    .command('snapshot')
    .description('Keep the files of a sandbox as they are now, for others to begin with.')
    .argument('<id|name>', TARGET)
    .option('--name <name>', 'what to call it; the same name again takes the place of the earlier one')
    .option('--json', 'print JSON')
    .action(async (target: string, options: { name?: string; json?: boolean }) => {
      const { sandboxSnapshot } = await import('../commands/sandbox-snapshot.ts');
      await sandboxSnapshot(target, options, context);
    });
  const snapshots = sandbox.command('snapshots').description('Look at snapshots, and remove them.');
  snapshots
    .command('ls')
    .alias('list')
    .description('List the snapshots.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { snapshotsLs } = await import('../commands/snapshots.ts');
      await snapshotsLs(options, context);
    });
  snapshots
    .command('rm')
    .description('Remove snapshots; sandboxes that were made from them stay.')
    .argument('<id...>', 'ids, as ls shows them')
    .option('--json', 'print JSON')
    .action(async (targets: string[], options: { json?: boolean }) => {
      const { snapshotsRm } = await import('../commands/snapshots.ts');
      await snapshotsRm(targets, options, context);
    });
}

function addPauses(sandbox: Command, context: CliContext): void {
  const verbs = [
    ['pause', 'Stop sandboxes and keep their files; the next run wakes them up.'],
    ['resume', 'Wake paused sandboxes up.'],
  ] as const;
  for (const [verb, text] of verbs) {
    sandbox
      .command(verb)
      .description(text)
      .argument('<id|name...>', 'ids, or names in this project')
      .option('--json', 'print JSON')
      .action(async (targets: string[], options: { json?: boolean }) => {
        const { sandboxPause } = await import('../commands/sandbox-pause.ts');
        await sandboxPause(verb, targets, options, context);
      });
  }
}
