import type { RunEventJson } from '../../contract/run-event.ts';

export interface JsonText {
  /** Prints what is whole; false asks to wait for `drain`. */
  push(data: Buffer): boolean;
  /** Prints what is left of a cut character. */
  end(): void;
}

/** Longest tail of a UTF-8 character that may be waiting for its end. */
const MAX_PARTIAL_BYTES = 3;

/** Turns bytes into events of text: a character cut by a chunk waits for its end, and what is no UTF-8 goes as base64. */
export function openJsonText(type: 'stdout' | 'stderr', print: (event: RunEventJson) => boolean): JsonText {
  let rest: Buffer = Buffer.alloc(0);
  const emit = (bytes: Buffer): boolean => {
    if (bytes.length === 0) return true;
    const text = bytes.toString('utf8');
    const isText = !text.includes('\uFFFD') || Buffer.from(text).equals(bytes);
    return print({
      v: 1,
      type,
      data: isText ? text : bytes.toString('base64'),
      encoding: isText ? 'utf8' : 'base64',
    });
  };
  return {
    push: (data) => {
      const bytes = rest.length === 0 ? data : Buffer.concat([rest, data]);
      const cut = bytes.length - partialBytes(bytes);
      rest = Buffer.from(bytes.subarray(cut));
      return emit(bytes.subarray(0, cut));
    },
    end: () => {
      emit(rest);
      rest = Buffer.alloc(0);
    },
  };
}

/** How many bytes at the end begin a character that is not complete yet. */
function partialBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(MAX_PARTIAL_BYTES, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return size > back ? back : 0;
  }
  return 0;
}
