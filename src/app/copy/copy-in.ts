import type { SandboxCopyParams } from '../../contract/sandbox-request.ts';
import { toCopyFailure, type CopyFailure } from '../../core/copy/copy-failure.ts';
import {
  COPY,
  encodeDone,
  encodeEntry,
  readDone,
  readSkipped,
  type CopyCounts,
  type Skipped,
} from '../../core/copy/copy-wire.ts';
import { sendTree } from '../../core/copy/send-tree.ts';
import { encodeFrame } from '../../core/frames.ts';
import { throwFailed, type Copied, type CopyOutOptions } from './copy-out.ts';
import { copyError } from './copy-words.ts';
import { runCopier, type CopierPlace } from './run-copier.ts';

/** Many small files make one request. */
const REQUEST_BYTES = 512 * 1024;

type Sending = Extract<SandboxCopyParams['copy'], { direction: 'in' }>;

export interface CopyInOptions extends Omit<CopyOutOptions, 'umask'> {
  readonly stdin: () => AsyncIterable<Buffer>;
}

/** Sends a file or a directory of this machine to a sandbox. Throws an IrisError for what the sandbox or the disk refuses. */
export async function copyIn(
  place: CopierPlace,
  { from, to }: Sending,
  { isNoClobber, sandbox, stdin, onCounts }: CopyInOptions,
): Promise<Copied> {
  let failure: CopyFailure | undefined;
  const input = async function* (): AsyncGenerator<Buffer, void> {
    try {
      yield* inRequests(
        from === null ? streamAsTree(stdin(), place.signal, onCounts) : sendTree({ path: from, onCounts }),
      );
    } catch (thrown) {
      // The other end sees that the tree is not whole.
      failure = toCopyFailure(thrown, from ?? '-');
    }
  };
  const order = { type: 'receive', to: { ...to, name: to.name }, isNoClobber } as const;
  const skipped: Skipped[] = [];
  let counts: CopyCounts | undefined;
  for await (const frame of runCopier(place, { order, input: input() })) {
    if (failure !== undefined) throw copyError(failure, { sandbox: undefined, does: 'reads' });
    throwFailed(frame, sandbox, 'writes');
    if (frame.type === COPY.skipped && skipped.length < 1000) skipped.push(readSkipped(frame.payload));
    if (frame.type === COPY.done) counts = readDone(frame.payload);
  }
  if (counts === undefined) throw copyError(toCopyFailure(undefined, to.path), { sandbox, does: 'writes' });
  return { counts, skipped };
}

async function* streamAsTree(
  stdin: AsyncIterable<Buffer>,
  signal: AbortSignal,
  onCounts: CopyInOptions['onCounts'],
): AsyncGenerator<Buffer, void> {
  yield encodeEntry({ kind: 'file', path: '', mode: 0o644, target: '' });
  let bytes = 0;
  for await (const chunk of stdin) {
    yield encodeFrame(COPY.data, chunk);
    bytes += chunk.length;
    onCounts({ files: 0, bytes });
  }
  // The input of a client that went away ends as well, and is not whole.
  signal.throwIfAborted();
  yield encodeFrame(COPY.fileEnd);
  yield encodeDone({ files: 1, directories: 0, links: 0, bytes: 0, kept: 0 });
}

async function* inRequests(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    held.push(piece);
    bytes += piece.length;
    if (bytes < REQUEST_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(held);
}
