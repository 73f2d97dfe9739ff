import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { ConnectFailure } from '../../core/connect-failure.ts';
import type { ProcessInput } from '../../core/process-call-wire.ts';
import type { OutputStream, ProcessEnd, StartRequest, TerminalSize } from '../../core/process-wire.ts';
import { onAnnouncedEnd } from '../spare/announced-end.ts';
import { sendSignal, toProcessEnd } from './process-end.ts';
import type { Terminal } from '../terminal/terminal.ts';

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

/** A started program, with the terminal that it sits at if it has one. */
export interface StartedChild {
  readonly child: ChildProcess & { readonly pid: number };
  readonly terminal: Terminal | undefined;
}

/** What whoever started a process does about its end. */
export interface EndHandlers {
  /** Awaited before anybody is told. */
  readonly beforeEnd?: (() => Promise<void>) | undefined;
  readonly onEnd: (end: ProcessEnd) => void;
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
  readonly #terminal: Terminal | undefined;
  /** What it writes to, by the name that subscribers get it under. */
  readonly #outputs: readonly (readonly [OutputStream, Readable | null])[];
  readonly #subscribers = new Set<ProcessSubscriber>();
  readonly #congested = new Set<ProcessSubscriber>();
  readonly #handlers: EndHandlers;
  #isEnding = false;
  #silenceTimer: NodeJS.Timeout | undefined;
  #end: ProcessEnd | undefined;
  #hasSpoken = false;

  constructor({ child, terminal }: StartedChild, request: StartRequest, handlers: EndHandlers) {
    this.pid = child.pid;
    this.request = request;
    this.#child = child;
    this.#terminal = terminal;
    this.#outputs = terminal
      ? [['pty', terminal.output]]
      : [
          ['stdout', child.stdout],
          ['stderr', child.stderr],
        ];
    this.#handlers = handlers;
    child.on('error', () => undefined);
    child.stdin?.on('error', () => undefined);
    for (const [stream, pipe] of this.#outputs) this.#follow(stream, pipe);
    onAnnouncedEnd(child, (code) => this.#endWhenDrained(code));
    this.#followEnd();
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
    if (!this.#hasExited && (sendSignal(-this.pid, signal) || sendSignal(this.pid, signal))) return;
    throw new ConnectFailure('not_found', `process with pid ${this.pid} not found`);
  }

  /** Kills the group, whether or not anything is left of it. */
  kill(): void {
    sendSignal(-this.pid, 'SIGKILL');
  }

  /** Settles when the process's pipe or terminal has taken the bytes. Throws failed_precondition without one. */
  writeInput({ stream, bytes }: ProcessInput): Promise<void> {
    if (stream === 'pty') return this.#usableTerminal().write(bytes);
    return this.#writeStdin(bytes);
  }

  /** Throws failed_precondition when the process sits at a terminal, whose end is typed: Ctrl-D. */
  closeStdin(): void {
    if (this.#terminal) throw new ConnectFailure('failed_precondition', 'the process has a pty, not a stdin');
    this.#child.stdin?.end();
  }

  /** Throws failed_precondition without a terminal. */
  resize(size: TerminalSize): Promise<void> {
    return this.#usableTerminal().resize(size);
  }

  #usableTerminal(): Terminal {
    if (this.#terminal && this.isRunning) return this.#terminal;
    throw new ConnectFailure('failed_precondition', 'the process has no pty');
  }

  #writeStdin(bytes: Buffer): Promise<void> {
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

  #follow(stream: OutputStream, pipe: Readable | null): void {
    pipe?.on('error', () => undefined);
    pipe?.on('data', (bytes: Buffer) => this.#deliver(stream, bytes));
  }

  #deliver(stream: OutputStream, bytes: Buffer): void {
    this.#hasSpoken = true;
    for (const subscriber of this.#subscribers) {
      if (!subscriber.onData(stream, bytes)) this.#congested.add(subscriber);
    }
    if (this.#congested.size === 0) return;
    for (const [, output] of this.#outputs) output?.pause();
  }

  #resume(subscriber: ProcessSubscriber): void {
    this.#congested.delete(subscriber);
    if (this.#congested.size > 0) return;
    for (const [, output] of this.#outputs) output?.resume();
  }

  /** The exit may have come before anybody could listen, where starting takes several steps. */
  #followEnd(): void {
    const child = this.#child;
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
      const end = toProcessEnd(code, signal);
      if (this.#terminal) this.#endAtTerminal(this.#terminal, end);
      else this.#awaitPipes(end);
    };
    if (this.#hasExited) setImmediate(onExit, child.exitCode, child.signalCode);
    else child.once('exit', onExit);
    if (!this.#terminal) child.once('close', (code, signal) => this.#finish(toProcessEnd(code, signal)));
  }

  /** The kernel takes the terminal from all others when the process that it was started for ends. */
  #endAtTerminal(terminal: Terminal, end: ProcessEnd): void {
    for (const bytes of terminal.close()) this.#deliver('pty', bytes);
    this.#finish(end);
  }

  get #hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /**
   * What a process wrote before it announced its end is in its pipes: one turn of the event loop reads it.
   * One that announces its end and stays is killed, so that nothing outlives its run unseen.
   */
  #endWhenDrained(code: number): void {
    this.#hasSpoken = false;
    setImmediate(() =>
      setImmediate(() => {
        if (this.#isEnding) return;
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
      for (const [, output] of this.#outputs) output?.destroy();
      this.#finish(end);
    }, SILENCE_MS / 2);
  }

  #finish(end: ProcessEnd): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    clearInterval(this.#silenceTimer);
    const { beforeEnd } = this.#handlers;
    if (beforeEnd === undefined) this.#tellEnd(end);
    else void beforeEnd().then(() => this.#tellEnd(end));
  }

  #tellEnd(end: ProcessEnd): void {
    this.#end = end;
    this.#child.stdin?.destroy();
    this.#congested.clear();
    const subscribers = [...this.#subscribers];
    this.#subscribers.clear();
    this.#handlers.onEnd(end);
    for (const subscriber of subscribers) subscriber.onEnd(end);
  }
}
