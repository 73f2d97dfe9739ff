import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';

const IDLE_MS = 3000;
const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const NEWLINE = 0x0a;

/** A program that answers its input line by line. It starts when it is asked, and leaves when it is idle. */
export class LineTool {
  readonly #argv: readonly string[];
  #child: ChildProcessWithoutNullStreams | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(argv: readonly string[]) {
    this.#argv = argv;
  }

  /**
   * The next `count` lines of its answer, one call at a time. Undefined when the program is not there, ends, hangs or
   * says too much: programs of the sandbox may do with it what they like.
   */
  async ask(input: Buffer, count: number): Promise<string[] | undefined> {
    clearTimeout(this.#idleTimer);
    const child = this.#running();
    const answer = await exchange(child, input, count);
    if (answer === undefined) this.close();
    else this.#idleTimer = setTimeout(() => this.close(), IDLE_MS).unref();
    return answer;
  }

  close(): void {
    clearTimeout(this.#idleTimer);
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #running(): ChildProcessWithoutNullStreams {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) return this.#child;
    const [program = '', ...args] = this.#argv;
    const child = spawn(program, args, { stdio: 'pipe' });
    child.on('error', () => undefined);
    // Whoever asks sees it at the missing answer.
    child.stdin.on('error', () => undefined);
    child.stderr.resume();
    this.#child = child;
    return child;
  }
}

function exchange(
  child: ChildProcessWithoutNullStreams,
  input: Buffer,
  count: number,
): Promise<string[] | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let lines = 0;
    const settle = (answer: string[] | undefined): void => {
      clearTimeout(timer);
      child.stdout.off('data', take);
      child.off('close', giveUp).off('error', giveUp);
      resolve(answer);
    };
    const giveUp = (): void => settle(undefined);
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      bytes += chunk.length;
      lines += countLines(chunk);
      if (bytes > MAX_ANSWER_BYTES || lines > count) giveUp();
      else if (lines === count) settle(Buffer.concat(chunks).toString('latin1').split('\n').slice(0, count));
    };
    const timer = setTimeout(giveUp, TIMEOUT_MS);
    child.stdout.on('data', take);
    child.once('close', giveUp).once('error', giveUp);
    child.stdin.write(input);
  });
}

function countLines(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}
