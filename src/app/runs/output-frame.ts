/** A piece of what a script wrote, and when it came in. */
export interface OutputPiece {
  readonly source: 'stdout' | 'stderr';
  /** Since 1970. */
  readonly atMs: number;
  readonly data: Buffer;
}

/** `u32 bytes of the payload`, `u8 source`, `f64 milliseconds since 1970`. */
export const FRAME_HEADER_BYTES = 13;

/** The largest payload that is written; what says otherwise is no frame. */
export const MAX_FRAME_PAYLOAD_BYTES = 256 * 1024;

const SOURCES = ['stdout', 'stderr'] as const;

/** The header that stands before a piece in the journal. */
export function outputHeader({ source, atMs }: Omit<OutputPiece, 'data'>, payloadBytes: number): Buffer {
  const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
  header.writeUInt32BE(payloadBytes, 0);
  header.writeUInt8(SOURCES.indexOf(source), 4);
  header.writeDoubleBE(atMs, 5);
  return header;
}

export interface ReadFrames {
  readonly pieces: readonly OutputPiece[];
  /** What these frames take; what follows is not whole yet. */
  readonly bytes: number;
}

/** Reads the whole frames at the beginning of `bytes`; it ends at what cannot be a frame. */
export function readFrames(bytes: Buffer): ReadFrames {
  const pieces: OutputPiece[] = [];
  let at = 0;
  while (bytes.length - at >= FRAME_HEADER_BYTES) {
    const size = bytes.readUInt32BE(at);
    const source = SOURCES[bytes.readUInt8(at + 4)];
    const start = at + FRAME_HEADER_BYTES;
    if (source === undefined || size > MAX_FRAME_PAYLOAD_BYTES || start + size > bytes.length) break;
    pieces.push({ source, atMs: bytes.readDoubleBE(at + 5), data: bytes.subarray(start, start + size) });
    at = start + size;
  }
  return { pieces, bytes: at };
}
