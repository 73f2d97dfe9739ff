import { encodeFrame, FrameDecoder } from '../frames.ts';
import { CopyFailure, isCopyReason, type CopyReason } from './copy-failure.ts';

/** Types of the frames that a tree of files travels in: its root first, every folder before what is in it. */
export const COPY = { entry: 1, data: 2, fileEnd: 3, skipped: 4, failed: 5, done: 6 } as const;

/** A file, a folder or a link of the tree; `data` and `fileEnd` follow a file. */
export interface CopyEntry {
  readonly kind: 'file' | 'directory' | 'link';
  /** Below the root, with `/`; empty for the root itself. */
  readonly path: string;
  /** Permissions alone. */
  readonly mode: number;
  /** What a link points to. */
  readonly target: string;
}

export type SkipReason = 'leads-out' | 'special' | 'unreadable' | 'clash' | 'name';

/** Something that was left out. */
export interface Skipped {
  readonly why: SkipReason;
  readonly path: string;
}

/** What became of a tree. */
export interface CopyCounts {
  readonly files: number;
  readonly directories: number;
  readonly links: number;
  readonly bytes: number;
  /** Files that were there already and were to be left alone. */
  readonly kept: number;
}

/** What a copier in a sandbox is to do. */
export type CopyOrder =
  | { readonly type: 'send'; readonly path: string; readonly patterns?: readonly string[] | undefined }
  | { readonly type: 'receive'; readonly to: CopyTarget; readonly isNoClobber: boolean };

/** Where a tree goes to, as it was typed. */
export interface CopyTarget {
  readonly path: string;
  /** It ends with a slash, so that it can be nothing but a folder. */
  readonly isFolder: boolean;
  /** What the tree is called in a folder; undefined for its content alone. */
  readonly name: string | undefined;
}

const SKIP_REASONS: readonly SkipReason[] = ['leads-out', 'special', 'unreadable', 'clash', 'name'];
const KINDS: readonly CopyEntry['kind'][] = ['file', 'directory', 'link'];
const MAX_FRAME_BYTES = 1024 * 1024;

/** Cuts what the other end sends into frames; the content of files comes as it came in. */
export function copyDecoder(): FrameDecoder {
  return new FrameDecoder({ maxPayloadBytes: MAX_FRAME_BYTES, streamed: new Set([COPY.data]) });
}

// No name of a file can hold NUL, so that it parts the fields.
export function encodeEntry({ kind, mode, path, target }: CopyEntry): Buffer {
  return encodeFrame(COPY.entry, [kind, mode.toString(8), path, target].join('\0'));
}

/** Throws CopyFailure for what is no entry. */
export function readEntry(payload: Buffer): CopyEntry {
  const [word, octal = '', path = '', target = '', ...more] = payload.toString('utf8').split('\0');
  const kind = KINDS.find((one) => one === word);
  if (kind === undefined || more.length > 0 || !/^[0-7]{1,4}$/.test(octal))
    throw new CopyFailure('broken', path);
  return { kind, mode: Number.parseInt(octal, 8) & 0o777, path, target };
}

export function encodeSkipped({ why, path }: Skipped): Buffer {
  return encodeFrame(COPY.skipped, `${why}\0${path}`);
}

export function readSkipped(payload: Buffer): Skipped {
  const [word, path = ''] = payload.toString('utf8').split('\0');
  return { why: SKIP_REASONS.find((one) => one === word) ?? 'unreadable', path };
}

export function encodeFailure({ reason, path, errno }: CopyFailure): Buffer {
  return encodeFrame(COPY.failed, [reason, path, errno ?? ''].join('\0'));
}

export function readFailure(payload: Buffer): CopyFailure {
  const [word = '', path = '', errno = ''] = payload.toString('utf8').split('\0');
  const reason: CopyReason = isCopyReason(word) ? word : 'failed';
  return new CopyFailure(reason, path, /^[A-Z0-9]{1,20}$/.test(errno) ? errno : undefined);
}

export function encodeDone({ files, directories, links, bytes, kept }: CopyCounts): Buffer {
  return encodeFrame(COPY.done, [files, directories, links, bytes, kept].join(' '));
}

/** Throws CopyFailure for what are no counts. */
export function readDone(payload: Buffer): CopyCounts {
  const numbers = payload.toString('latin1').split(' ').map(Number);
  const [files = 0, directories = 0, links = 0, bytes = 0, kept = 0] = numbers;
  if (!numbers.every((one) => Number.isSafeInteger(one) && one >= 0)) throw new CopyFailure('broken', '');
  return { files, directories, links, bytes, kept };
}
