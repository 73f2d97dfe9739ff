import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { errnoOf } from '../../core/errors.ts';
import { readFrames, type OutputPiece } from './output-frame.ts';
import { listSegments, type Segment } from './output-segments.ts';

/** What is kept of a run's output, in order; `gap` stands where so many bytes are left out. */
export type KeptOutput =
  ({ readonly type: 'output' } & OutputPiece) | { readonly type: 'gap'; readonly bytes: number };

export interface ReadOutputOptions {
  readonly folder: string;
  /** Tells whether more may come; without it, what is there now is all. */
  readonly goesOn?: (() => Promise<boolean>) | undefined;
}

const POLL_MS = 50;
const READ_BYTES = 512 * 1024;

/** Reads what a run wrote, and goes on with what it writes. */
export async function* readOutput({ folder, goesOn }: ReadOutputOptions): AsyncGenerator<KeptOutput, void> {
  let expected = 0;
  let done = -1;
  for (;;) {
    // Asked before the look: what was written until then is seen by it.
    const mayGrow = (await goesOn?.()) === true;
    const segment = await nextSegment(folder, done);
    if (segment === undefined) {
      if (!mayGrow) return;
      await pause(POLL_MS);
      continue;
    }
    const hasNext = async (): Promise<boolean> => (await nextSegment(folder, segment.offset)) !== undefined;
    for await (const piece of readSegment(segment, { hasNext, goesOn })) {
      if (segment.offset > expected) yield { type: 'gap', bytes: segment.offset - expected };
      expected = Math.max(expected, segment.offset);
      yield { type: 'output', ...piece };
      expected += piece.data.length;
    }
    done = segment.offset;
  }
}

async function nextSegment(folder: string, after: number): Promise<Segment | undefined> {
  return (await listSegments(folder)).find(({ offset }) => offset > after);
}

interface SegmentEnd {
  readonly hasNext: () => Promise<boolean>;
  readonly goesOn: (() => Promise<boolean>) | undefined;
}

/** Reads one file until another one follows it, or until nothing more can come. */
async function* readSegment(segment: Segment, end: SegmentEnd): AsyncGenerator<OutputPiece, void> {
  await using file = await openSegment(segment.file);
  if (file === undefined) return;
  let at = 0;
  for (;;) {
    const isLast = (await end.hasNext()) || (await end.goesOn?.()) !== true;
    for (let found = await readAt(file, at); found.bytes > 0; found = await readAt(file, at)) {
      at += found.bytes;
      yield* found.pieces;
    }
    if (isLast) return;
    await pause(POLL_MS);
  }
}

/** It may have been the oldest of the end, which is gone by now. */
async function openSegment(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r');
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

async function readAt(file: FileHandle, position: number): Promise<ReturnType<typeof readFrames>> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, position);
  return readFrames(buffer.subarray(0, bytesRead));
}
