import { Buffer } from 'node:buffer';
import { writeSync } from 'node:fs';
import process from 'node:process';
import { inspect } from 'node:util';
import { KERNEL_OUTPUT_FD, type KernelMessage } from './kernel-wire.ts';

const MAX_TEXT_CHARS = 4 * 1024 * 1024;
const MAX_RESULT_CHARS = 16 * 1024 * 1024;
const MAX_EXCERPT_CHARS = 1000;

/**
 * Says something to the agent; waits where the agent is behind, so that nothing piles up here. An interrupt may break a
 * message off: the next one begins on a new line in any case, and the agent passes over what is empty.
 */
export function send(message: KernelMessage): void {
  const bytes = Buffer.from(`\n${JSON.stringify(message)}\n`);
  for (let sent = 0; sent < bytes.length;) sent += writeSync(KERNEL_OUTPUT_FD, bytes, sent);
}

/** A result that is too large is told as such. */
export function sendResult(formats: Readonly<Record<string, unknown>>, isMain: boolean): void {
  const size = JSON.stringify(formats).length;
  if (size <= MAX_RESULT_CHARS) return send({ type: 'result', formats, isMain });
  const shown = typeof formats['text'] === 'string' ? formats['text'].slice(0, MAX_EXCERPT_CHARS) : '';
  const text = `${shown}… (a result of ${size} characters is too large to show)`;
  return send({ type: 'result', formats: { text }, isMain });
}

/** What is written to stdout and stderr goes out in order with the results. */
export function captureStreams(): void {
  capture(process.stdout, 'stdout');
  capture(process.stderr, 'stderr');
}

function capture(stream: NodeJS.WriteStream, type: 'stdout' | 'stderr'): void {
  const write = (chunk: unknown, encoding?: unknown, done?: unknown): boolean => {
    const text = textOf(chunk, encoding);
    for (let start = 0; start < text.length; start += MAX_TEXT_CHARS) {
      send({ type, text: text.slice(start, start + MAX_TEXT_CHARS) });
    }
    const callback = typeof encoding === 'function' ? encoding : done;
    if (typeof callback === 'function') process.nextTick(callback);
    return true;
  };
  Object.defineProperty(stream, 'write', { value: write, writable: true, configurable: true });
}

function textOf(chunk: unknown, encoding: unknown): string {
  if (chunk instanceof Uint8Array)
    return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString();
  if (typeof chunk !== 'string')
    throw new TypeError(`Only text and bytes can be written, not ${inspect(chunk)}`);
  const isEncoded =
    typeof encoding === 'string' && Buffer.isEncoding(encoding) && !/^utf-?8$/i.test(encoding);
  return isEncoded ? Buffer.from(chunk, encoding).toString() : chunk;
}
