import { Worker } from 'node:worker_threads';
import { IrisError } from '../../core/errors.ts';
import type { WorkerAnswer, WorkerOptions, WorkerRequest } from './worker-messages.ts';

/** What is asked of the thread, without the number that its answer comes back with. */
export type ThreadRequest = WorkerRequest extends infer Request
  ? Request extends WorkerRequest
    ? Omit<Request, 'id'>
    : never
  : never;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The database in a thread of its own, so that what it computes blocks nobody else and can be ended. */
export class DatabaseThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ready: Promise<readonly string[]>;
  #lastId = 0;
  #end: IrisError | undefined;

  constructor(workerFile: string, options: WorkerOptions) {
    // Its messages go nowhere: the terminal belongs to the script.
    this.#worker = new Worker(workerFile, { workerData: options, stdout: true, stderr: true, execArgv: [] });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#ready = new Promise((resolve, reject) => {
      this.#waiting.set(0, { resolve: () => undefined, reject });
      this.#worker.on('message', (message: WorkerAnswer) => {
        if (message.type === 'ready') {
          this.#waiting.delete(0);
          resolve(message.applied);
        } else this.#settle(message);
      });
    });
    this.#ready.catch(() => undefined);
    this.#worker.on('error', (error) => this.#fail(gone(error.message, error)));
    this.#worker.on('exit', () => this.#fail(gone('its thread ended')));
  }

  /** Settles when the data is open. Throws what it failed with. */
  ready(): Promise<readonly string[]> {
    return this.#ready;
  }

  get isAlive(): boolean {
    return this.#end === undefined;
  }

  /** Asks one thing and waits for its answer. */
  ask(request: ThreadRequest): Promise<unknown> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id }, []);
    });
  }

  /** Ends the thread at once, whatever it computes; what was committed stays. */
  async terminate(reason: IrisError): Promise<void> {
    this.#fail(reason);
    await this.#worker.terminate();
  }

  #settle(message: Exclude<WorkerAnswer, { type: 'ready' }>): void {
    const id = message.type === 'failure' ? (message.id ?? 0) : message.id;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (message.type === 'answer') waiting?.resolve(message.value);
    else waiting?.reject(IrisError.fromJSON(message.error));
    // It could not be opened: nothing else will be answered.
    if (message.type === 'failure' && message.id === undefined) {
      this.#fail(IrisError.fromJSON(message.error));
      void this.#worker.terminate();
    }
  }

  #fail(error: IrisError): void {
    this.#end ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

function gone(reason: string, cause?: unknown): IrisError {
  return new IrisError('IRIS_UNAVAILABLE', `The store on this machine is gone: ${reason}`, {
    hint: 'Try again: it is opened anew. What was answered before is kept.',
    cause,
  });
}
