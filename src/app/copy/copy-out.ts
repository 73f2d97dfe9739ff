import { CopyFailure, toCopyFailure } from '../../core/copy/copy-failure.ts';
import {
  COPY,
  readEntry,
  readFailure,
  type CopyCounts,
  type CopyTarget,
  type Skipped,
} from '../../core/copy/copy-wire.ts';
import { placeTarget } from '../../core/copy/place-target.ts';
import { TreeReceiver, type ReceiveOptions } from '../../core/copy/receive-tree.ts';
import type { IrisError } from '../../core/errors.ts';
import type { Frame } from '../../core/frames.ts';
import { copyError } from './copy-words.ts';
import { runCopier, type CopierPlace, type CopierTask } from './run-copier.ts';

export interface Copied {
  readonly counts: CopyCounts;
  readonly skipped: readonly Skipped[];
}

export interface CopyOutOptions {
  readonly isNoClobber: boolean;
  readonly umask: number;
  readonly onCounts: (counts: Pick<CopyCounts, 'files' | 'bytes'>) => void;
  /** What the sandbox is called in messages. */
  readonly sandbox: string;
}

/** Brings a file or a directory of a sandbox to this machine. Throws an IrisError for what the sandbox or the disk refuses. */
export async function copyOut(
  place: CopierPlace,
  { from, to }: { readonly from: string; readonly to: CopyTarget },
  options: CopyOutOptions,
): Promise<Copied> {
  const task: CopierTask = { order: { type: 'send', path: from } };
  return await receive(place, task, { ...options, place: (kind) => placeTarget(to, kind) });
}

/** Takes the tree that a copier sends. */
export async function receive(
  place: CopierPlace,
  task: CopierTask,
  options: Omit<ReceiveOptions, 'onCounts'> & CopyOutOptions,
): Promise<Copied & { readonly names: readonly string[] }> {
  const { sandbox, onCounts } = options;
  const receiver: TreeReceiver = new TreeReceiver({ ...options, onCounts: () => onCounts(receiver.counts) });
  try {
    for await (const frame of runCopier(place, task)) {
      throwFailed(frame, sandbox);
      await writing(() => receiver.take(frame));
    }
    await writing(() => receiver.demandDone());
  } finally {
    await receiver.abandon();
  }
  return { counts: receiver.counts, skipped: receiver.skipped, names: receiver.names };
}

/** Writes a file of a sandbox as it comes in. */
export async function copyToStream(
  place: CopierPlace,
  from: string,
  { sandbox, stdout, onCounts }: CopyOutOptions & { readonly stdout: (bytes: Buffer) => Promise<void> },
): Promise<Copied> {
  const counts = { files: 0, directories: 0, links: 0, bytes: 0, kept: 0 };
  for await (const frame of runCopier(place, { order: { type: 'send', path: from } })) {
    throwFailed(frame, sandbox);
    if (frame.type === COPY.entry && readEntry(frame.payload).kind !== 'file')
      throw copyError(new CopyFailure('is-directory', from), { sandbox, does: 'reads' });
    if (frame.type === COPY.fileEnd && frame.payload.length === 0) counts.files += 1;
    if (frame.type !== COPY.data) continue;
    await stdout(frame.payload);
    counts.bytes += frame.payload.length;
    onCounts(counts);
  }
  if (counts.files !== 1) throw copyError(new CopyFailure('broken', from), { sandbox, does: 'reads' });
  return { counts, skipped: [] };
}

/** Throws what the copier in the sandbox came to. */
export function throwFailed(
  { type, payload }: Frame,
  sandbox: string,
  does: 'reads' | 'writes' = 'reads',
): void {
  if (type === COPY.failed) throw copyError(readFailure(payload), { sandbox, does });
}

async function writing(act: () => Promise<void> | void): Promise<void> {
  try {
    await act();
  } catch (thrown) {
    throw localError(thrown);
  }
}

function localError(thrown: unknown): IrisError {
  return copyError(toCopyFailure(thrown, ''), { sandbox: undefined, does: 'writes' });
}
