import type { Command } from 'commander';
import type { RunFilters } from '../commands/runs/filter-runs.ts';
import type { LogsOptions } from '../commands/runs/runs-logs.ts';
import type { RemoveOptions } from '../commands/runs/runs-rm.ts';
import type { RerunOptions } from '../commands/runs/runs-rerun.ts';
import type { CliContext } from '../context.ts';
import type { ListOptions } from '../read-pages.ts';
import { addListOptions, toList } from './list-options.ts';

const RUN = 'an id, the beginning of one, or "last"';

/** Adds `iris runs`. */
export function addRuns(program: Command, context: CliContext): void {
  const runs = program.command('runs').description('Look at what ran, and what it wrote.');
  const list = runs
    .command('ls')
    .alias('list')
    .description('List the runs, the newest first.')
    .option('--since <time>', 'begun since then: a time ago (24h, 30m) or a moment')
    .option('--status <status>', 'running, succeeded, failed, cancelled, timed-out or lost')
    .option('--tag <name>', 'with this tag', toList)
    .option('--script <glob>', 'of this script, such as "reports/*.ts"');
  addListOptions(list).action(async (options: RunFilters & ListOptions) => {
    const { runsLs } = await import('../commands/runs/runs-ls.ts');
    await runsLs(options);
  });
  runs
    .command('show')
    .description('Show one run: how it went and how long each phase took.')
    .argument('<id>', RUN)
    .option('--json', 'print JSON')
    .action(async (word: string, options: { json?: boolean }) => {
      const { runsShow } = await import('../commands/runs/runs-show.ts');
      await runsShow(word, options);
    });
  addOutput(runs);
  addLive(runs, context);
  addRepeats(runs, context);
  runs
    .command('rm')
    .description('Remove what is kept of runs that have ended.')
    .argument('[id...]', RUN)
    .option('--all', 'of all of them')
    .option('--older-than <time>', 'of those that began before: a time ago (7d) or a moment')
    .option('--json', 'print JSON')
    .action(async (words: string[], options: RemoveOptions) => {
      const { runsRm } = await import('../commands/runs/runs-rm.ts');
      await runsRm(words, options);
    });
}

function addLive(runs: Command, context: CliContext): void {
  runs
    .command('attach')
    .description('Follow a run to its end, and end with its exit code; Ctrl-C leaves it alone.')
    .argument('<id>', RUN)
    .action(async (word: string) => {
      const { runsAttach } = await import('../commands/runs/runs-attach.ts');
      await runsAttach(word, context);
    });
  runs
    .command('cancel')
    .description('End a run: SIGTERM, and SIGKILL for what does not end then.')
    .argument('<id>', RUN)
    .option('--json', 'print JSON')
    .action(async (word: string, options: { json?: boolean }) => {
      const { runsCancel } = await import('../commands/runs/runs-cancel.ts');
      await runsCancel(word, options);
    });
}

function addRepeats(runs: Command, context: CliContext): void {
  runs
    .command('rerun')
    .description('Run the same script again, with its arguments and options.')
    .argument('<id>', RUN)
    .option('-d, --detach', 'let it run on and print its id')
    .option('--json', 'print one JSON event per line instead of the output')
    .option('-q, --quiet', 'print nothing but the output of the script')
    .option('-v, --verbose', 'tell on stderr what happens, with times')
    .action(async (word: string, options: RerunOptions) => {
      const { runsRerun } = await import('../commands/runs/runs-rerun.ts');
      await runsRerun(word, options, context);
    });
  runs
    .command('diff')
    .description('Show how two runs differ: facts, times and output.')
    .argument('<from>', RUN)
    .argument('<to>', RUN)
    .option('--json', 'print JSON')
    .action(async (from: string, to: string, options: { json?: boolean }) => {
      const { runsDiff } = await import('../commands/runs/runs-diff.ts');
      await runsDiff(from, to, options);
    });
}

function addOutput(runs: Command): void {
  runs
    .command('logs')
    .description('Print what a run wrote, as it wrote it.')
    .argument('<id>', RUN)
    .option('-f, --follow', 'go on with what it writes, until it ends')
    .option('--grep <regexp>', 'only the lines that match')
    .option('--since <time>', 'only what was written since then: a time ago (10s) or a moment')
    .option('--source <stream>', 'only stdout, or only stderr')
    .option('--json', 'print a line of JSON for each piece, with its time')
    .action(async (word: string, options: LogsOptions) => {
      const { runsLogs } = await import('../commands/runs/runs-logs.ts');
      await runsLogs(word, options);
    });
}
