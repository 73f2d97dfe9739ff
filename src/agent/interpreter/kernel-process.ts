import type { ChildProcess } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import {
  KERNEL_INPUT_FD,
  KERNEL_OUTPUT_FD,
  type KernelCell,
  type KernelMessage,
} from '../kernel/kernel-wire.ts';
import type { CellOutput } from './execution-stream.ts';
import { KernelMessageReader } from './kernel-messages.ts';
import { RawOutput } from './raw-output.ts';

/** Somebody who takes what a cell gives out. */
export interface CellSink {
  /** Returns false when it wants no more for now; whoever gave the sink then calls `resume`. */
  send(output: CellOutput): boolean;
}

/** How a cell came to its end. */
export type CellEnd = 'ended' | 'died';

/** What differs from kernel to kernel. */
export interface KernelDialect {
  /** Hands a cell to the kernel. */
  readonly sendCell: (child: ChildProcess, cell: KernelCell) => void;
  /** Lines on stderr that no cell meant. */
  readonly noise?: RegExp;
  /** After how long an interrupt that was not obeyed is repeated. @default 400 */
  readonly interruptAgainMs?: number;
}

const START_TIMEOUT_MS = 15_000;
/** How long an interrupted cell may take to stop before its kernel is killed. */
const INTERRUPT_GRACE_MS = 2_000;
const INTERRUPT_AGAIN_MS = 400;
/** Turns of the event loop that raw output may keep a finished cell open for. */
const MAX_DRAIN_TURNS = 64;
const MAX_TAIL_CHARS = 2_000;

/** One kernel: a process of its own in a process group of its own. */
export class KernelProcess {
  readonly #child: ChildProcess;
  readonly #dialect: KernelDialect;
  readonly #reader = new KernelMessageReader();
  readonly #raw: RawOutput[] = [];
  readonly #exited: Promise<void>;
  #onReady: () => void = () => undefined;
  #current:
    { readonly cell: number; readonly sink: CellSink; readonly finish: (end: CellEnd) => void } | undefined;
  #graceTimer: NodeJS.Timeout | undefined;
  #againTimer: NodeJS.Timeout | undefined;
  #tail = '';
  #hasSpoken = false;
  #isUsable = true;
  #failure: string | undefined;

  constructor(child: ChildProcess, dialect: KernelDialect) {
    this.#child = child;
    this.#dialect = dialect;
    for (const stream of child.stdio) stream?.on('error', () => undefined);
    this.#followRaw('stdout', child.stdout);
    this.#followRaw('stderr', child.stderr);
    child.stdio[KERNEL_OUTPUT_FD]?.on('data', (chunk: Buffer) => this.#takeMessages(chunk));
    this.#exited = new Promise((resolve) => {
      child.once('error', (error) => {
        this.#failure = error.message;
        resolve();
      });
      child.once('exit', () => resolve());
    });
    void this.#exited.then(() => this.#end());
  }

  /** Whether the kernel can take another cell. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** The status that the kernel's program ended with; undefined for one that lives or was killed. */
  get exitCode(): number | undefined {
    return this.#child.exitCode ?? undefined;
  }

  /** Why the kernel is gone, in one sentence. */
  get ending(): string {
    const { exitCode, signalCode } = this.#child;
    if (this.#failure !== undefined) return this.#failure;
    if (signalCode !== null) return `the kernel was killed by ${signalCode}`;
    return `the kernel ended with exit code ${exitCode ?? 'unknown'}`;
  }

  /** Settles when the kernel takes cells. Throws with what it said when it cannot. */
  async ready(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const isReady = await Promise.race([
      new Promise<boolean>((resolve) => {
        this.#onReady = () => resolve(true);
      }),
      this.#exited.then(() => false),
      new Promise<boolean>((resolve) => {
        timer = setTimeout(() => resolve(false), START_TIMEOUT_MS);
      }),
    ]);
    clearTimeout(timer);
    if (isReady) return;
    const reason = this.#isUsable ? `the kernel did not start within ${START_TIMEOUT_MS} ms` : this.ending;
    this.kill();
    throw new Error([reason, this.#tail.trim()].filter(Boolean).join('; it said: '));
  }

  /** Runs one cell, after the one before it has ended. */
  run(cell: KernelCell, sink: CellSink): Promise<CellEnd> {
    if (!this.#isUsable) return Promise.resolve('died');
    return new Promise((resolve) => {
      const finish = (end: CellEnd): void => {
        this.#current = undefined;
        clearTimeout(this.#graceTimer);
        clearInterval(this.#againTimer);
        resolve(end);
      };
      this.#current = { cell: cell.cell, sink, finish };
      this.#dialect.sendCell(this.#child, cell);
    });
  }

  /** Stops the cell that runs; a kernel that does not obey is killed. */
  interrupt(): void {
    if (!this.#current || !this.#isUsable) return;
    this.resume();
    this.#signal('SIGINT');
    clearTimeout(this.#graceTimer);
    clearInterval(this.#againTimer);
    const { interruptAgainMs = INTERRUPT_AGAIN_MS } = this.#dialect;
    this.#againTimer = setInterval(() => this.#signal('SIGINT'), interruptAgainMs);
    this.#graceTimer = setTimeout(() => this.kill(), INTERRUPT_GRACE_MS);
  }

  resume(): void {
    for (const stream of this.#outputs()) stream.resume();
  }

  kill(reason?: string): void {
    this.#failure ??= reason;
    this.#signal('SIGKILL');
  }

  #outputs(): Readable[] {
    const { stdio } = this.#child;
    return [stdio[1], stdio[2], stdio[KERNEL_OUTPUT_FD]].filter((stream) => stream instanceof Readable);
  }

  /** What programs that the cell started write past the kernel. */
  #followRaw(type: 'stdout' | 'stderr', pipe: Readable | null): void {
    if (!pipe) return;
    pipe.on('data', () => (this.#hasSpoken = true));
    const give = (text: string): void => {
      if (!this.#current) this.#tail = (this.#tail + text).slice(-MAX_TAIL_CHARS);
      else this.#give({ type, text });
    };
    const noise = type === 'stderr' ? this.#dialect.noise : undefined;
    this.#raw.push(new RawOutput({ pipe, give, noise }));
  }

  #flushRaw(): void {
    for (const output of this.#raw) output.flush();
  }

  #takeMessages(chunk: Buffer): void {
    try {
      for (const message of this.#reader.push(chunk)) this.#take(message);
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
      this.kill();
    }
  }

  #take(message: KernelMessage): void {
    if (message.type === 'ready') this.#onReady();
    else if (message.type !== 'end') {
      this.#flushRaw();
      this.#give(message);
    } else if (message.cell === this.#current?.cell) {
      if (message.isLast) this.#isUsable = false;
      this.#whenDrained(() => this.#current?.finish('ended'));
      if (message.isLast) this.kill();
    }
  }

  #give(output: CellOutput): void {
    if (!this.#current || this.#current.sink.send(output)) return;
    for (const stream of this.#outputs()) stream.pause();
  }

  #end(): void {
    this.#isUsable = false;
    const { stdio } = this.#child;
    // What it left behind in its group goes with it.
    this.#killGroup('SIGKILL');
    this.#whenDrained(() => {
      this.#current?.finish('died');
      for (const fd of [0, KERNEL_INPUT_FD]) {
        const stream = stdio[fd];
        if (stream instanceof Writable) stream.destroy();
      }
      // A daemon that the cell left behind may hold the pipes open for ever.
      for (const stream of this.#outputs()) stream.destroy();
    });
  }

  /** What was written before the end of a cell is in the pipes by then: a turn of the event loop reads it. */
  #whenDrained(finish: () => void, turns = 0): void {
    this.#hasSpoken = false;
    setImmediate(() =>
      setImmediate(() => {
        const isPaused = this.#outputs().some((stream) => stream.isPaused());
        if (isPaused) setTimeout(() => this.#whenDrained(finish, turns), 10);
        else if (this.#hasSpoken && turns < MAX_DRAIN_TURNS) this.#whenDrained(finish, turns + 1);
        else {
          this.#flushRaw();
          finish();
        }
      }),
    );
  }

  #signal(signal: NodeJS.Signals): void {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) this.#killGroup(signal);
  }

  #killGroup(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It has gone meanwhile.
    }
  }
}
