import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { ConnectFailure } from '../core/connect-failure.ts';
import { errnoOf } from '../core/errors.ts';
import type { OutputStream, ProcessEnd, StartRequest } from '../core/process-wire.ts';
import { onAnnouncedEnd } from './announced-end.ts';
import { signalStatus } from '../core/signal-status.ts';

/** Somebody who follows the output of a process. */
export interface ProcessSubscriber {
  /** Returns false when it wants no more for now; it then calls `resume` of its subscription. */
  onData(stream: OutputStream, bytes: Buffer): boolean;
  onEnd(end: ProcessEnd): void;
}

export interface Subscription {
  resume(): void;
  leave(): void;
}

/** How long pipes that a grandchild keeps open may be silent after the process itself has gone. */
const SILENCE_MS = 250;
const MAX_SILENCE_CHECKS = 8;
/** How long a process may take to go after it announced its end. */
const ANNOUNCED_END_MS = 2_000;

/** One started process: its output goes to its subscribers at the pace of the slowest, or nowhere. */
export class ManagedProcess {
  readonly pid: number;
  readonly request: StartRequest;
  readonly #child: ChildProcess;
  readonly #subscribers = new Set<ProcessSubscriber>();
  readonly #congested = new Set<ProcessSubscriber>();
  readonly #onEnd: () => void;
  #silenceTimer: NodeJS.Timeout | undefined;
  #end: ProcessEnd | undefined;
  #hasSpoken = false;

  constructor(child: ChildProcess & { readonly pid: number }, request: StartRequest, onEnd: () => void) {
    this.pid = child.pid;
    this.request = request;
    this.#child = child;
    this.#onEnd = onEnd;
    child.on('error', () => undefined);
    child.stdin?.on('error', () => undefined);
    this.#follow('stdout', child.stdout);
    this.#follow('stderr', child.stderr);
    onAnnouncedEnd(child, (code) => this.#endWhenDrained(code));
    child.once('exit', (code, signal) => this.#awaitPipes(toProcessEnd(code, signal)));
    child.once('close', (code, signal) => this.#finish(toProcessEnd(code, signal)));
  }

  get isRunning(): boolean {
    return this.#end === undefined;
  }

  /** Follows the output from here on; the end comes even when it has come already. */
  subscribe(subscriber: ProcessSubscriber): Subscription {
    if (this.#end) subscriber.onEnd(this.#end);
    else this.#subscribers.add(subscriber);
    const resume = (): void => this.#resume(subscriber);
    return {
      resume,
      leave: () => {
        this.#subscribers.delete(subscriber);
        resume();
      },
    };
  }

  /** Signals the whole process group, or the process alone where it leads none. Throws not_found when it is gone. */
  signal(signal: NodeJS.Signals): void {
    const hasExited = this.#child.exitCode !== null || this.#child.signalCode !== null;
    if (!hasExited && (sendSignal(-this.pid, signal) || sendSignal(this.pid, signal))) return;
    throw new ConnectFailure('not_found', `process with pid ${this.pid} not found`);
  }

  /** Kills the group, whether or not anything is left of it. */
  kill(): void {
    sendSignal(-this.pid, 'SIGKILL');
  }

  /** Settles when the process's pipe has taken the bytes. Throws failed_precondition without a stdin. */
  writeStdin(bytes: Buffer): Promise<void> {
    const { stdin } = this.#child;
    if (!this.request.hasStdin || !stdin?.writable) {
      return Promise.reject(new ConnectFailure('failed_precondition', 'stdin not enabled or closed'));
    }
    return new Promise((resolve, reject) => {
      stdin.write(bytes, (error) => {
        if (error) reject(new ConnectFailure('failed_precondition', `stdin is closed: ${error.message}`));
        else resolve();
      });
    });
  }

  closeStdin(): void {
    this.#child.stdin?.end();
  }

  #follow(stream: OutputStream, pipe: Readable | null): void {
    pipe?.on('error', () => undefined);
    pipe?.on('data', (bytes: Buffer) => {
      this.#hasSpoken = true;
      for (const subscriber of this.#subscribers) {
        if (!subscriber.onData(stream, bytes)) this.#congested.add(subscriber);
      }
      if (this.#congested.size === 0) return;
      this.#child.stdout?.pause();
      this.#child.stderr?.pause();
    });
  }

  #resume(subscriber: ProcessSubscriber): void {
    this.#congested.delete(subscriber);
    if (this.#congested.size > 0) return;
    this.#child.stdout?.resume();
    this.#child.stderr?.resume();
  }

  /**
   * What a process wrote before it announced its end is in its pipes: one turn of the event loop reads it.
   * One that announces its end and stays is killed, so that nothing outlives its run unseen.
   */
  #endWhenDrained(code: number): void {
    this.#hasSpoken = false;
    setImmediate(() =>
      setImmediate(() => {
        if (this.#end) return;
        if (this.#hasSpoken || this.#congested.size > 0) return this.#endWhenDrained(code);
        this.#finish(toProcessEnd(code, null));
        const timer = setTimeout(() => this.kill(), ANNOUNCED_END_MS).unref();
        this.#child.once('exit', () => clearTimeout(timer));
      }),
    );
  }

  /** The pipes close with the process, unless a grandchild still holds them: then silence ends the wait. */
  #awaitPipes(end: ProcessEnd): void {
    let checks = 0;
    this.#hasSpoken = true;
    this.#silenceTimer = setInterval(() => {
      if (this.#congested.size > 0) return;
      checks += 1;
      if (this.#hasSpoken && checks < MAX_SILENCE_CHECKS) {
        this.#hasSpoken = false;
        return;
      }
      this.#child.stdout?.destroy();
      this.#child.stderr?.destroy();
      this.#finish(end);
    }, SILENCE_MS / 2);
  }

  #finish(end: ProcessEnd): void {
    if (this.#end) return;
    this.#end = end;
    clearInterval(this.#silenceTimer);
    this.#child.stdin?.destroy();
    this.#congested.clear();
    const subscribers = [...this.#subscribers];
    this.#subscribers.clear();
    this.#onEnd();
    for (const subscriber of subscribers) subscriber.onEnd(end);
  }
}

function toProcessEnd(code: number | null, signal: NodeJS.Signals | null): ProcessEnd {
  if (signal !== null) {
    const status = signalStatus(signal);
    return { exitCode: -1, exited: false, status, error: status };
  }
  const status = `exit status ${code ?? 0}`;
  return { exitCode: code ?? 0, exited: true, status, error: code === 0 ? undefined : status };
}

/** False when there is nothing of that id. */
function sendSignal(id: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(id, signal);
  } catch (cause) {
    if (errnoOf(cause) === 'ESRCH') return false;
    throw new ConnectFailure('permission_denied', `cannot signal ${id}`, { cause });
  }
}
