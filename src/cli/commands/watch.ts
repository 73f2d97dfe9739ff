import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { relative, resolve } from 'node:path';
import { IrisError } from '../../core/errors.ts';
import { askDaemon } from '../ask-daemon.ts';
import type { CliContext } from '../context.ts';
import { openFileWatch, type FileWatch } from '../run/file-watch.ts';
import type { RunCommand } from '../words/parse-run.ts';
import { toRunParams } from '../run/run-params.ts';

/** A script that has not ended this long after it was told to is ended by force. */
const GRACE_MS = 3_000;

/**
 * `iris run --watch`: runs the script, and again whenever a file that it consists of changes; one that still runs is
 * ended first. Ctrl-C ends it all.
 */
export async function watchCommand(command: RunCommand, context: CliContext): Promise<number> {
  if (command.options.detach === true) throw cannotDetach();
  await using files = await openFileWatch([resolve(command.script)]);
  const stop = stopSignal();
  for (;;) {
    using run = startRun(context.words);
    // What the script imports may be other files than before. One that does not parse is watched as it was.
    const watching = addSources(files, command, context);
    const change = files.changed();
    const next = await Promise.race([
      change,
      run.ended.then(() => 'ended' as const),
      stop.then(() => 'stop' as const),
    ]);
    await watching;
    if (next === 'ended')
      say(`watching ${files.count === 1 ? '1 file' : `${files.count} files`}, Ctrl-C ends it`);
    const why = next === 'ended' ? await Promise.race([change, stop.then(() => 'stop' as const)]) : next;
    await run.end();
    if (why === 'stop') return 130;
    say(`${relative(process.cwd(), why)} changed`);
  }
}

interface WatchedRun extends Disposable {
  readonly ended: Promise<unknown>;
  /** Tells it to end, and waits until it has. */
  end(): Promise<void>;
}

/** The same command without `--watch`, in a process that can be told to end. */
function startRun(words: readonly string[]): WatchedRun {
  const at = words.findIndex((word) => word === '--watch' || word === '-w');
  const [, bin = ''] = process.argv;
  const child = spawn(process.execPath, [bin, ...words.toSpliced(at, 1)], { stdio: 'inherit' });
  const ended = once(child, 'close');
  return {
    ended,
    end: async () => {
      if (!isAlive(child)) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      await ended;
      clearTimeout(timer);
    },
    [Symbol.dispose]: () => {
      if (isAlive(child)) child.kill('SIGKILL');
    },
  };
}

function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

async function addSources(files: FileWatch, command: RunCommand, { distDir }: CliContext): Promise<void> {
  try {
    const plan = await askDaemon('plan', { ...toRunParams(command), hasStdin: false }, distDir);
    const { sources, includes } = plan.files;
    files.watch([...sources, ...includes].map(({ file }) => resolve(file)));
  } catch {
    // The run itself says what is wrong.
  }
}

/** Resolves with the first Ctrl-C or SIGTERM. */
async function stopSignal(): Promise<void> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}

function say(text: string): void {
  process.stderr.write(`iris: ${text}\n`);
}

function cannotDetach(): IrisError {
  return new IrisError('USAGE_INVALID', '--watch and --detach do not go together', {
    hint: 'Leave one of them out: --watch stays at the terminal.',
  });
}
