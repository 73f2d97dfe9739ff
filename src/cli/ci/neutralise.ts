const COLON = 0x3a;
const HASH = 0x23;
const BRACKET = 0x5b;
const ZERO_WIDTH_SPACE = Buffer.from('\u200b');

/**
 * Takes the meaning out of GitHub's workflow commands in what a script writes to the log: `::error::` at the start of a
 * line, and `##[error]` anywhere. What people see stays as it was. The function is for one stream, whose chunks it gets
 * in order.
 */
export function openNeutraliser(): (chunk: Buffer) => Buffer {
  let isLineStart = true;
  let before = 0;
  let hashes = 0;
  return (chunk) => {
    const pieces: Buffer[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      const isCommand =
        (isLineStart && byte === COLON && before === COLON) || (byte === BRACKET && hashes >= 2);
      if (isCommand) {
        pieces.push(chunk.subarray(from, at), ZERO_WIDTH_SPACE);
        from = at;
      }
      hashes = byte === HASH ? hashes + 1 : 0;
      isLineStart = isBreak(byte) || (isLineStart && (byte === COLON || isMaybeSpace(byte)));
      before = byte;
    }
    if (pieces.length === 0) return chunk;
    return Buffer.concat([...pieces, chunk.subarray(from)]);
  };
}

function isBreak(byte: number): boolean {
  return byte === 0x0a || byte === 0x0d;
}

/** The runner drops any white space of Unicode before a command: whatever may be a part of such a character counts. */
function isMaybeSpace(byte: number): boolean {
  return byte <= 0x20 || byte >= 0x80;
}
