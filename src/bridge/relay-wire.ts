/** The key of frames between the host and the relay themselves. */
export const CONTROL = 0;

export const END = 'end';
export const PING = 'ping';
export const PONG = 'pong';
export const SETTLE = 'settle';
export const SETTLED = 'settled';

const SPACE = 32;
const NEWLINE = Buffer.from('\n');

/** One line of the relay: the number of a connection, and a line of that connection or a word about it. */
export function frame(key: number, payload: Buffer | string): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  return Buffer.concat([Buffer.from(`${key} `), bytes, NEWLINE]);
}

/** Reads a line of the relay, given without its end. Throws RangeError for what is none. */
export function readFrame(line: Buffer): { readonly key: number; readonly payload: Buffer } {
  const at = line.indexOf(SPACE);
  const key = Number(line.toString('latin1', 0, Math.max(at, 0)));
  if (at < 1 || !Number.isSafeInteger(key) || key < 0) throw new RangeError('not a frame of the relay');
  return { key, payload: line.subarray(at + 1) };
}
