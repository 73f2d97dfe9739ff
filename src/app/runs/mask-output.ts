import type { OutputPiece } from './output-frame.ts';

const MASK = Buffer.from('***');
/** What is shorter stands in too much output by chance. */
const MIN_MASKED_BYTES = 4;

/** Takes values out of what a script writes. */
export interface OutputMask {
  /** Gives what can be told already: the end of it may be the beginning of a value. */
  add(piece: OutputPiece): OutputPiece[];
  /** Gives what was kept back. */
  end(): OutputPiece[];
}

/** Opens a mask for these values; a value that comes in pieces is found too. Undefined where there is nothing to find. */
export function openOutputMask(values: readonly string[]): OutputMask | undefined {
  const hidden = [...new Set(values)]
    .map((value) => Buffer.from(value))
    .filter((value) => value.length >= MIN_MASKED_BYTES)
    .toSorted((left, right) => right.length - left.length);
  if (hidden.length === 0) return undefined;
  const kept = new Map<OutputPiece['source'], OutputPiece>();
  return {
    add: (piece) => {
      const before = kept.get(piece.source)?.data;
      const bytes = before === undefined ? piece.data : Buffer.concat([before, piece.data]);
      const { told, rest } = maskBytes(bytes, hidden);
      kept.set(piece.source, { ...piece, data: rest });
      return told.length === 0 ? [] : [{ ...piece, data: told }];
    },
    end: () => {
      const rest = [...kept.values()].filter(({ data }) => data.length > 0);
      kept.clear();
      return rest;
    },
  };
}

interface Masked {
  readonly told: Buffer;
  /** The beginning of a value, perhaps. */
  readonly rest: Buffer;
}

function maskBytes(bytes: Buffer, hidden: readonly Buffer[]): Masked {
  const pieces: Buffer[] = [];
  let at = 0;
  for (;;) {
    const next = nextValue(bytes, at, hidden);
    if (next === undefined) break;
    pieces.push(bytes.subarray(at, next.start), MASK);
    at = next.end;
  }
  const cut = bytes.length - openEnd(bytes.subarray(at), hidden);
  pieces.push(bytes.subarray(at, cut));
  return { told: Buffer.concat(pieces), rest: Buffer.from(bytes.subarray(cut)) };
}

/** The first value from there on; of two at the same place, the longer. */
function nextValue(
  bytes: Buffer,
  from: number,
  hidden: readonly Buffer[],
): { readonly start: number; readonly end: number } | undefined {
  let found: { start: number; end: number } | undefined;
  for (const value of hidden) {
    const start = bytes.indexOf(value, from);
    if (start !== -1 && (found === undefined || start < found.start))
      found = { start, end: start + value.length };
  }
  return found;
}

/** How many bytes at the end begin a value that is not complete. */
function openEnd(bytes: Buffer, hidden: readonly Buffer[]): number {
  const longest = Math.min(bytes.length, (hidden[0]?.length ?? 1) - 1);
  for (let size = longest; size > 0; size -= 1) {
    const end = bytes.subarray(-size);
    if (hidden.some((value) => value.length > size && value.subarray(0, size).equals(end))) return size;
  }
  return 0;
}
