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
  /** The next chunk for the script as soon as there is one; undefined at the end. Nothing is read ahead of the first call. */
  next(): Promise<Buffer | undefined>;
  /**
   * Calls `show`, and gives the next line that is typed: what was typed before goes to the script, and so does what is
   * typed later. Undefined at the end of the input, or after the signal.
   */
  ask(show: () => void, signal: AbortSignal): Promise<string | undefined>;
  /** Lets go of the descriptor, which would keep this process alive after the script has ended. */
  close(): void;
}

/** Reads file descriptor 0 on demand, so that a script that does not read leaves it untouched. */
export function openStandardInput(): StandardInput {
  return new SharedInput();
}

const CHUNK_BYTES = 64 * 1024;
/** What is typed already comes in at once. */
const SETTLE_MS = 30;

class SharedInput implements StandardInput {
  readonly #kept: Buffer[] = [];
  #script: ((chunk: Buffer | undefined) => void) | undefined;
  #person: ((line: string | undefined) => void) | undefined;
  #isOpen = false;
  #isReading = false;
  #isSettling = false;
  #hasEnded = false;

  next(): Promise<Buffer | undefined> {
    const kept = this.#kept.shift();
    if (kept !== undefined || this.#hasEnded) return Promise.resolve(kept);
    return new Promise((resolve) => {
      this.#script = resolve;
      void this.#read();
    });
  }

  async ask(show: () => void, signal: AbortSignal): Promise<string | undefined> {
    this.#isSettling = true;
    void this.#read();
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    this.#isSettling = false;
    if (this.#hasEnded || signal.aborted) return undefined;
    show();
    return await new Promise((resolve) => {
      const giveUp = (): void => this.#toPerson(undefined);
      signal.addEventListener('abort', giveUp, { once: true });
      this.#person = (line) => {
        signal.removeEventListener('abort', giveUp);
        resolve(line);
      };
      void this.#read();
    });
  }

  close(): void {
    if (this.#isOpen) process.stdin.destroy();
  }

  /** Reads as long as somebody wants something. */
  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#isOpen = true;
    while (!this.#hasEnded && (this.#isSettling || this.#script !== undefined || this.#person !== undefined))
      this.#take(await nextChunk());
    this.#isReading = false;
  }

  #take(chunk: Buffer | undefined): void {
    if (chunk === undefined) {
      this.#hasEnded = true;
      this.#toPerson(undefined);
      this.#toScript(undefined);
      return;
    }
    if (this.#person === undefined) return this.#toScript(chunk);
    const end = chunk.indexOf('\n');
    this.#toPerson(chunk.toString('utf8', 0, end === -1 ? chunk.length : end));
    if (end !== -1 && end + 1 < chunk.length) this.#toScript(chunk.subarray(end + 1));
  }

  #toPerson(line: string | undefined): void {
    const take = this.#person;
    this.#person = undefined;
    take?.(line);
  }

  #toScript(chunk: Buffer | undefined): void {
    const take = this.#script;
    this.#script = undefined;
    if (take !== undefined) take(chunk);
    else if (chunk !== undefined) this.#kept.push(chunk);
  }
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
