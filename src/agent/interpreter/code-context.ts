import type { KernelCell } from '../kernel/kernel-wire.ts';
import type { CellOutput, ExecutionStream } from './execution-stream.ts';
import { InterpreterFailure } from './interpreter-failure.ts';
import type { KernelProcess } from './kernel-process.ts';
import type { Language } from './languages.ts';

/** What a client asks a context to run. */
export interface CellRequest {
  readonly code: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface CodeContextOptions {
  readonly id: string;
  readonly language: Language;
  readonly cwd: string;
  readonly startKernel: () => KernelProcess;
}

type CellError = Extract<CellOutput, { readonly type: 'error' }>;

const MAX_WAITING_CELLS = 64;
const STATUS_TOO_MANY = 429;

/** One notebook: its cells run one after the other in a kernel that keeps their state. */
export class CodeContext {
  readonly id: string;
  readonly language: Language;
  readonly cwd: string;
  readonly #startKernel: () => KernelProcess;
  #kernel: Promise<KernelProcess> | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #cells = 0;
  #count = 0;
  #isClosed = false;

  constructor({ id, language, cwd, startKernel }: CodeContextOptions) {
    this.id = id;
    this.language = language;
    this.cwd = cwd;
    this.#startKernel = startKernel;
  }

  /**
   * Runs a cell when those before it are over. `open` gives the stream once there is a kernel, or at once where the cell
   * has to wait: a client gives its requests less time to be answered than its cells to run.
   */
  run(cell: CellRequest, open: () => ExecutionStream, signal: AbortSignal): Promise<void> {
    if (this.#waiting >= MAX_WAITING_CELLS) {
      throw new InterpreterFailure(STATUS_TOO_MANY, `Context ${this.id} has ${this.#waiting} cells waiting`);
    }
    const stream = this.#waiting > 0 ? open() : undefined;
    this.#waiting += 1;
    const turn = this.#tail
      .then(() => this.#runNow(cell, stream ? () => stream : open, signal))
      .catch((error: unknown) => {
        if (!stream) throw error;
        stream.send(refusalOf(error));
        stream.end(false);
      });
    this.#tail = turn.catch(() => undefined).finally(() => (this.#waiting -= 1));
    return turn;
  }

  /** Ends the kernel and all that runs in it; the next cell begins anew. */
  async restart(): Promise<void> {
    const kernel = await this.#kernel?.catch(() => undefined);
    this.#kernel = undefined;
    this.#count = 0;
    kernel?.kill(this.#isClosed ? 'the context was removed' : 'the context was restarted');
  }

  /** Ends the context for good. */
  close(): void {
    this.#isClosed = true;
    void this.restart();
  }

  async #runNow(request: CellRequest, open: () => ExecutionStream, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const kernel = await this.#readyKernel();
    if (signal.aborted) return;
    const stream = open();
    const interrupt = (): void => kernel.interrupt();
    stream.onRoom(() => kernel.resume());
    this.#count += 1;
    this.#cells += 1;
    stream.begin(this.#count);
    const cell: KernelCell = { cell: this.#cells, language: this.language, ...request };
    const running = kernel.run(cell, stream);
    signal.addEventListener('abort', interrupt, { once: true });
    const end = await running;
    signal.removeEventListener('abort', interrupt);
    const status = end === 'died' && this.language === 'bash' ? kernel.exitCode : undefined;
    if (status !== undefined) endOfShell(stream, status);
    else {
      if (end === 'died') stream.send(deathOf(kernel));
      stream.end(end === 'ended');
    }
  }

  /** The kernel of the last cell, or a new one where it has gone. */
  async #readyKernel(): Promise<KernelProcess> {
    if (this.#isClosed) throw new InterpreterFailure(404, `Context ${this.id} not found`);
    const last = await this.#kernel?.catch(() => undefined);
    if (last?.isUsable) return last;
    if (last) this.#count = 0;
    const started = this.#start();
    this.#kernel = started;
    const kernel = await started;
    if (!this.#isClosed) return kernel;
    kernel.kill();
    throw new InterpreterFailure(404, `Context ${this.id} not found`);
  }

  async #start(): Promise<KernelProcess> {
    const kernel = this.#startKernel();
    try {
      await kernel.ready();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new InterpreterFailure(500, `The ${this.language} kernel did not start: ${reason}`, { cause });
    }
    return kernel;
  }
}

/** What would have been the answer's status, for an answer that has begun. */
function refusalOf(error: unknown): CellError {
  const value = error instanceof Error ? error.message : String(error);
  return { type: 'error', name: 'CellNotRun', value, traceback: `CellNotRun: ${value}` };
}

/** A shell that ends itself has a status like any command. */
function endOfShell(stream: ExecutionStream, status: number): void {
  const traceback = `bash ended with exit code ${status}; the next cell gets a new one`;
  if (status !== 0) stream.send({ type: 'error', name: '', value: String(status), traceback });
  stream.end(true);
}

/** E2B's clients pass over the mark of an unexpected end: an error says what happened. */
function deathOf(kernel: KernelProcess): CellError {
  const value = `${kernel.ending} before the cell was over; its state is lost, the next cell gets a new kernel`;
  return { type: 'error', name: 'KernelDied', value, traceback: `KernelDied: ${value}` };
}
