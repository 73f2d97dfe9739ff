import { writeSync } from 'node:fs';
import { connect } from 'node:net';
import { BRIDGE_ENV } from '../core/bridge-wire.ts';
import { errnoOf } from '../core/errors.ts';
import { helloLine } from './lines.ts';

/** How long a process may be kept from ending. */
const BUDGET_MS = 2_000;
const PAUSE_MS = 1;

/**
 * Sends lines when the process is about to end and nothing asynchronous happens any more. They may have been sent
 * before: whoever takes them serves each once.
 */
export function sendAtExit(lines: readonly Buffer[], env: NodeJS.ProcessEnv): void {
  const path = env[BRIDGE_ENV.socket];
  if (path === undefined || lines.length === 0) return;
  const socket = connect(path);
  // A local socket is connected at once; only the event that says so comes later.
  const descriptor: unknown = Reflect.get(Reflect.get(socket, '_handle') ?? {}, 'fd');
  if (typeof descriptor !== 'number' || descriptor < 0) return;
  writeAll(descriptor, Buffer.concat([helloLine(env[BRIDGE_ENV.token] ?? ''), ...lines]));
}

function writeAll(descriptor: number, bytes: Buffer): void {
  const deadline = Date.now() + BUDGET_MS;
  let written = 0;
  while (written < bytes.length && Date.now() < deadline) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (thrown) {
      if (errnoOf(thrown) !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
