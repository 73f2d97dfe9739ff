import { resolve } from 'node:path';
import type { RunParams } from '../../contract/daemon-wire.ts';
import type { PulledFiles, RunEvent } from '../../contract/run-event.ts';
import type { Skipped } from '../../core/copy/copy-wire.ts';
import { globSelection } from '../../core/copy/glob-selection.ts';
import { IrisError, toIrisError } from '../../core/errors.ts';
import type { BringBack, RunRequest } from '../../executor/run-request.ts';
import type { HttpClient } from '../../sandbox/http-request.ts';
import { receive } from './copy-out.ts';
import { shown, skippedWords } from './copy-words.ts';

export interface PullParts {
  readonly client: HttpClient;
  readonly copierFile: string;
}

/** What a script may leave behind is not for it to decide. */
const MAX_FILES = 10_000;
const MAX_BYTES = 2 * 1024 ** 3;
const MAX_PATHS = 1000;
const MAX_TOLD = 20;
const STRICT_UMASK = 0o077;

/**
 * What `--pull` asks to be brought back from the directory that a script works in; undefined where it was not asked for
 * anything. Throws USAGE_INVALID for what is no glob below that directory.
 */
export function pullOf(
  { cwd, flags: { pull = [], pullTo }, umask = STRICT_UMASK }: RunParams,
  { sandboxCwd }: Pick<RunRequest, 'sandboxCwd'>,
  { client, copierFile }: PullParts,
): BringBack | undefined {
  if (pull.length === 0) {
    if (pullTo === undefined) return undefined;
    throw new IrisError('USAGE_INVALID', '--pull-to has nothing to do without --pull', {
      hint: "Say what to bring back: --pull 'out/**' --pull-to results",
    });
  }
  const globs = pull.map(demandGlob);
  const to = resolve(cwd, pullTo ?? '.');
  return async function* (endpoint, signal): AsyncGenerator<RunEvent, PulledFiles> {
    const { takes } = globSelection(globs);
    const counts = { files: 0, bytes: 0 };
    try {
      const { names, skipped } = await receive(
        { client, endpoint, copierFile, signal },
        { order: { type: 'send', path: '.', patterns: globs }, cwd: sandboxCwd },
        {
          place: () => Promise.resolve({ base: to, below: '' }),
          accepts: takes,
          umask,
          isNoClobber: false,
          maxFiles: MAX_FILES,
          maxBytes: MAX_BYTES,
          sandbox: endpoint.sandboxId,
          onCounts: (now) => Object.assign(counts, { files: now.files, bytes: now.bytes }),
        },
      );
      yield* tellSkipped(skipped);
      for (const glob of globs.filter((one) => !names.some(globSelection([one]).takes)))
        yield { type: 'notice', text: `--pull ${glob} matches no file in the sandbox`, hint: GLOB_HINT };
      return { to, ...counts, paths: names.slice(0, MAX_PATHS) };
    } catch (thrown) {
      const { message, hint } = toIrisError(thrown);
      yield { type: 'notice', text: `Not everything was brought back: ${message}`, hint };
      return { to, ...counts, paths: [] };
    }
  };
}

function* tellSkipped(skipped: readonly Skipped[]): Generator<RunEvent, void> {
  for (const { path, why } of skipped.slice(0, MAX_TOLD).map(skippedWords))
    yield { type: 'notice', text: `Did not bring back ${shown(path)}: ${why}` };
  const more = skipped.length - MAX_TOLD;
  if (more > 0) yield { type: 'notice', text: `Did not bring back ${more} others, either` };
}

const GLOB_HINT = 'It is read below the directory that the script works in, such as: out/**/*.csv';

function demandGlob(glob: string): string {
  const isBelow = !glob.startsWith('/') && !glob.split('/').includes('..') && !glob.includes('\0');
  if (glob !== '' && isBelow && isGlob(glob)) return glob;
  throw new IrisError('USAGE_INVALID', `--pull ${glob} cannot be matched`, { hint: GLOB_HINT });
}

function isGlob(glob: string): boolean {
  try {
    globSelection([glob]);
    return true;
  } catch {
    return false;
  }
}
