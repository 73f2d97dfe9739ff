import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { BridgeListener } from '../../core/bridge-listener.ts';
import { LineSplitter } from '../line-splitter.ts';
import { CONTROL, END, frame, PING, PONG, readFrame, SETTLE, SETTLED } from '../relay-wire.ts';
import { MAX_LINE_BYTES } from '../wire.ts';

/** Without a word from the host for so long there is nobody left to relay for. */
const SILENCE_MS = 60_000;
const SETTLE_MS = 5_000;
const KEY_BYTES = 32;

/**
 * Passes the calls of a script on to the host: from a socket in the sandbox to standard output and back, one line at a
 * time. A relay that was there before is ended, for its host has lost it.
 */
async function main(path: string): Promise<void> {
  endPredecessor(`${path}.pid`);
  const sockets = new Map<number, Socket>();
  let count = 0;
  const listener = await BridgeListener.open({
    path,
    onConnection: (socket) => {
      const key = (count += 1);
      sockets.set(key, socket);
      relay(key, socket, () => sockets.delete(key));
    },
  });
  const silence = setTimeout(() => process.exit(0), SILENCE_MS);
  const onControl = (word: string): void => {
    if (word === PING) write(frame(CONTROL, PONG));
    if (word === SETTLE) void listener.settled(SETTLE_MS).then(() => write(frame(CONTROL, SETTLED)));
  };
  const splitter = new LineSplitter(MAX_LINE_BYTES + KEY_BYTES);
  process.stdin.on('data', (chunk: Buffer) => {
    silence.refresh();
    for (const line of splitter.push(chunk)) {
      const { key, payload } = readFrame(line);
      if (key === CONTROL) onControl(payload.toString());
      else if (payload.toString('latin1', 0, END.length + 1) === END) sockets.get(key)?.end();
      else sockets.get(key)?.write(Buffer.concat([payload, NEWLINE]));
    }
  });
  process.stdin.once('end', () => process.exit(0));
  process.once('exit', () => rmSync(`${path}.pid`, { force: true }));
  write(frame(CONTROL, PONG));
}

const NEWLINE = Buffer.from('\n');

/** Whole lines only, so that those of different connections never mix. */
function relay(key: number, socket: Socket, onGone: () => void): void {
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const line of splitter.push(chunk)) {
        if (!write(frame(key, line))) socket.pause();
      }
    } catch {
      // A line beyond the limit: the client that wrote it knows the limit.
      socket.destroy();
    }
  });
  const resume = (): void => void socket.resume();
  process.stdout.on('drain', resume);
  resume();
  socket.once('close', () => {
    process.stdout.off('drain', resume);
    write(frame(key, END));
    onGone();
  });
}

function write(bytes: Buffer): boolean {
  return process.stdout.write(bytes);
}

function endPredecessor(pidFile: string): void {
  try {
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
  } catch {
    // There is none.
  }
  writeFileSync(pidFile, String(process.pid));
}

process.stdout.on('error', () => process.exit(0));
process.stdout.setMaxListeners(0);
await main(process.argv[2] ?? '');
