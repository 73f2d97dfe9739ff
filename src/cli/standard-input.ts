import { fstatSync, readFileSync } from 'node:fs';

/** Device number of /dev/null on Linux; there is no input behind it. */
const DEV_NULL = 0x103;

/** Tells whether file descriptor 0 has something that a script could read. */
export function hasStandardInput(): boolean {
  try {
    const facts = fstatSync(0);
    if (!facts.isCharacterDevice()) return !facts.isDirectory();
    return facts.rdev !== DEV_NULL && isForeground();
  } catch {
    return false;
  }
}

/** A background job that reads its terminal would be stopped by SIGTTIN. */
function isForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [, , pgrp, , , tpgid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return pgrp === tpgid;
  } catch {
    return true;
  }
}

export interface StandardInput {
  /** The next chunk as soon as there is one; undefined at the end. Nothing is read ahead of the first call. */
  next(): Promise<Buffer | undefined>;
  /** Lets go of the descriptor, which would keep this process alive after the script has ended. */
  close(): void;
}

const CHUNK_BYTES = 64 * 1024;

/** Reads file descriptor 0 on demand, so that a script that does not read leaves it untouched. */
export function openStandardInput(): StandardInput {
  let isOpen = false;
  return {
    next: () => {
      isOpen = true;
      return nextChunk();
    },
    close: () => {
      if (isOpen) process.stdin.destroy();
    },
  };
}

async function nextChunk(): Promise<Buffer | undefined> {
  const { stdin } = process;
  for (;;) {
    const waiting = stdin.readableLength;
    const chunk: unknown = waiting === 0 ? stdin.read() : stdin.read(Math.min(waiting, CHUNK_BYTES));
    if (Buffer.isBuffer(chunk)) return chunk;
    if (stdin.readableEnded || stdin.destroyed) return undefined;
    await new Promise<void>((resolve) => {
      const proceed = (): void => {
        for (const event of ['readable', 'end', 'error', 'close']) stdin.off(event, proceed);
        resolve();
      };
      for (const event of ['readable', 'end', 'error', 'close']) stdin.once(event, proceed);
    });
  }
}
