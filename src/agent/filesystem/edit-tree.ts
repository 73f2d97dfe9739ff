import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { ConnectFailure } from '../../core/connect-failure.ts';
import { errnoOf } from '../../core/errors.ts';
import { errnoFailure } from './errno-failure.ts';
import { makeDirectories } from './make-directories.ts';
import { runTool } from './run-tool.ts';

const NO_INPUT = Buffer.alloc(0);

/** Makes a directory with its parents. Throws already_exists when it is there. */
export async function makeDir(directory: string): Promise<void> {
  const existing = await stat(directory).catch(() => undefined);
  if (existing?.isDirectory()) {
    throw new ConnectFailure('already_exists', `directory already exists: ${directory}`);
  }
  if (existing) throw notADirectory(directory);
  makeOrFail(directory);
}

/** Moves a file or directory, also to another file system. Throws ConnectFailure. */
export async function moveEntry(source: string, destination: string): Promise<void> {
  makeOrFail(path.dirname(destination));
  try {
    await rename(source, destination);
  } catch (cause) {
    if (errnoOf(cause) === 'EXDEV') return moveAcross(source, destination);
    throw errnoFailure(cause, `cannot move '${source}' to '${destination}'`);
  }
}

/** Removes a file or a whole directory; it is fine when there is none. Throws ConnectFailure. */
export async function removeEntry(file: string): Promise<void> {
  if (file === '/') throw new ConnectFailure('invalid_argument', 'the root directory cannot be removed');
  try {
    await rm(file, { recursive: true, force: true });
  } catch (cause) {
    // A tree may be deeper than any path can say; the program walks it by descriptors.
    const removed =
      errnoOf(cause) === 'ENAMETOOLONG' ? await runTool(['rm', '-rf', '--', file], NO_INPUT) : undefined;
    if (removed?.exitCode !== 0) throw errnoFailure(cause, `cannot remove '${file}'`);
  }
}

function makeOrFail(directory: string): void {
  try {
    makeDirectories(directory);
  } catch (cause) {
    const errno = errnoOf(cause);
    // EEXIST: a file has the name of a directory, or a link that leads nowhere.
    if (errno === 'EEXIST' || errno === 'ENOTDIR') throw notADirectory(directory);
    throw errnoFailure(cause, `cannot make the directory '${directory}'`);
  }
}

function notADirectory(directory: string): ConnectFailure {
  const message = `path already exists but it is not a directory: ${directory}`;
  return new ConnectFailure('invalid_argument', message);
}

/** Home and /tmp are file systems of their own here, which they are not in E2B's cloud. */
async function moveAcross(source: string, destination: string): Promise<void> {
  const moved = await runTool(['mv', '-f', '-T', '--', source, destination], NO_INPUT);
  if (moved?.exitCode === 0) return;
  const reason = moved?.stderr.trim() ?? 'mv did not run';
  const isFull = /no space left/i.test(reason);
  throw new ConnectFailure(isFull ? 'resource_exhausted' : 'internal', `error renaming: ${reason}`);
}
