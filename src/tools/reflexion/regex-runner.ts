import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { IrisError } from '../../core/errors.ts';

export type RegexMatch = 'matched' | 'not-matched' | 'gave-up';

const CAP_MS = 100;
const PROGRAM = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ pattern, flags, text }) => {
  parentPort.postMessage(new RegExp(pattern, flags).test(text));
});
parentPort.postMessage('ready');
`;

/** Matches regular expressions of strangers in a thread of its own, which ends with those that take too long. */
export class RegexRunner implements AsyncDisposable {
  #worker: Worker | undefined;

  /** Throws IRIS_INVALID_ARGUMENT for a pattern that is none. */
  async match(pattern: string, flags: string, text: string): Promise<RegexMatch> {
    checkPattern(pattern, flags);
    const worker = (this.#worker ??= await startWorker());
    const cap = new AbortController();
    // An answer that has come while this thread was busy is read before the cap falls.
    const timer = setTimeout(() => setImmediate(() => cap.abort()), CAP_MS);
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread has no origin.
      worker.postMessage({ pattern, flags, text });
      const [isMatch] = await once(worker, 'message', { signal: cap.signal });
      return isMatch === true ? 'matched' : 'not-matched';
    } catch {
      // Too slow, or out of memory.
      await this[Symbol.asyncDispose]();
      return 'gave-up';
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}

async function startWorker(): Promise<Worker> {
  const worker = new Worker(PROGRAM, { eval: true, env: {}, resourceLimits: { maxOldGenerationSizeMb: 64 } });
  await once(worker, 'message');
  // Whoever waits hears of it; without a listener it would end this process.
  worker.on('error', () => undefined);
  return worker;
}

function checkPattern(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch (error) {
    throw new IrisError(
      'IRIS_INVALID_ARGUMENT',
      error instanceof Error ? error.message : `${pattern} is no regular expression`,
      { hint: 'It is a regular expression of JavaScript.', cause: error },
    );
  }
}
