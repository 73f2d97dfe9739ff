import type { RunEvent, RunResult, SandboxRef } from '../../contract/run-event.ts';
import type { RunRecord, RunStatus } from '../../contract/run-record.ts';
import { type IrisError, toIrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { RunIo } from '../../executor/run-request.ts';
import { readGitCommit } from './git-commit.ts';
import { openOutputMask, type OutputMask } from './mask-output.ts';
import type { OutputPiece } from './output-frame.ts';
import { OutputJournal } from './output-journal.ts';
import { ownMark } from './process-mark.ts';
import { writeRecord } from './write-record.ts';

/** What is known of a run before it begins. */
export type RunFacts = Pick<
  RunRecord,
  'id' | 'script' | 'args' | 'cwd' | 'project' | 'tags' | 'flags' | 'isDetached' | 'isMasked'
>;

export interface RunRecorderOptions {
  readonly folder: string;
  readonly facts: RunFacts;
  /** 0 keeps no output. */
  readonly maxOutputBytes: number;
  /** What is shown nowhere in the output that is kept. */
  readonly hidden: readonly string[];
  readonly isDaemon: boolean;
  readonly logger: Logger;
}

/** The calls of tools that a run made. */
export interface CallCounts {
  readonly calls: number;
  readonly failed: number;
}

/** A run that is over before has its facts written once, when its output is out. */
const NOTED_AFTER_MS = 50;
const MAX_NOTICES = 20;

/** Follows one run and keeps what there is to know of it. Nothing that the run does waits for that. */
export class RunRecorder {
  readonly #options: RunRecorderOptions;
  readonly #journal: OutputJournal | undefined;
  readonly #mask: OutputMask | undefined;
  readonly #startedAtMs = Date.now();
  readonly #outputBytes = { stdout: 0, stderr: 0 };
  readonly #notices: string[] = [];
  readonly #noting: NodeJS.Timeout;
  #work: Promise<void> = Promise.resolve();
  #sandbox: SandboxRef | undefined;
  #runningSinceMs: number | undefined;
  #result: RunResult | undefined;
  #failure: IrisError | undefined;
  #isCancelled = false;
  #hasEnded = false;

  constructor(options: RunRecorderOptions) {
    this.#options = options;
    this.#mask = openOutputMask(options.hidden);
    const { folder, maxOutputBytes } = options;
    const onFailure = (thrown: unknown): void => this.#logFailure(thrown);
    if (maxOutputBytes > 0)
      this.#journal = new OutputJournal({ folder, maxBytes: maxOutputBytes, onFailure });
    this.#noting = setTimeout(() => void this.note(), NOTED_AFTER_MS);
  }

  get id(): string {
    return this.#options.facts.id;
  }

  /** Whether its end is about to be written. */
  get hasEnded(): boolean {
    return this.#hasEnded || this.#statusNow() !== 'running';
  }

  /** Watches the signals that are passed on to the script: an end after one is no failure of its own. */
  watchSignals(onSignal: RunIo['onSignal']): RunIo['onSignal'] {
    return (listener) =>
      onSignal((name) => {
        this.#isCancelled = true;
        listener(name);
      });
  }

  /** Passes the events of the run on. */
  async *follow(events: AsyncIterable<RunEvent>): AsyncGenerator<RunEvent, void> {
    try {
      for await (const event of events) {
        this.#take(event);
        yield event;
      }
    } catch (thrown) {
      this.#failure = toIrisError(thrown);
      throw thrown;
    }
  }

  /** Writes what is known by now. */
  async note(): Promise<void> {
    clearTimeout(this.#noting);
    if (this.#statusNow() === 'running') this.#write(() => this.#record('running'));
    await this.#work;
  }

  /** Writes the end, when the run has ended. */
  async end({ calls, failed }: CallCounts): Promise<void> {
    clearTimeout(this.#noting);
    this.#hasEnded = true;
    const endedAt = new Date().toISOString();
    const known = this.#statusNow();
    const status = known === 'running' ? 'cancelled' : known;
    for (const piece of this.#mask?.end() ?? []) this.#journal?.add(piece);
    await this.#journal?.end();
    const commit = await readGitCommit(this.#options.facts.project);
    this.#write(() => ({ ...this.#record(status), calls, failedCalls: failed, endedAt, commit }));
    await this.#work;
  }

  #take(event: RunEvent): void {
    switch (event.type) {
      case 'stdout':
      case 'stderr':
        this.#outputBytes[event.type] += event.data.length;
        this.#keep({ source: event.type, atMs: Date.now(), data: event.data });
        return;
      case 'started':
        this.#sandbox = event.sandbox;
        this.#runningSinceMs = Date.now();
        return;
      case 'notice':
        if (this.#notices.length < MAX_NOTICES) this.#notices.push(event.text);
        return;
      case 'finished':
        this.#result = event;
        return;
      case 'phase':
    }
  }

  #keep(piece: OutputPiece): void {
    if (this.#journal === undefined) return;
    if (this.#mask === undefined) this.#journal.add(piece);
    else for (const masked of this.#mask.add(piece)) this.#journal.add(masked);
  }

  #statusNow(): RunStatus {
    if (this.#result !== undefined) {
      if (this.#isCancelled && this.#result.exitCode !== 0) return 'cancelled';
      return this.#result.exitCode === 0 ? 'succeeded' : 'failed';
    }
    if (this.#failure === undefined) return 'running';
    if (this.#failure.code === 'RUN_TIMED_OUT') return 'timed out';
    return this.#failure.code === 'CANCELLED' || this.#isCancelled ? 'cancelled' : 'failed';
  }

  #record(status: RunStatus): RunRecord {
    const result = this.#result;
    return {
      v: 1,
      ...this.#options.facts,
      status,
      sandbox: result?.sandbox ?? this.#sandbox,
      exitCode: result?.exitCode,
      signal: result?.signal,
      error: this.#failure === undefined ? undefined : errorOf(this.#failure),
      startedAt: new Date(this.#startedAtMs).toISOString(),
      timingsMs: { ...(result?.timingsMs ?? this.#timingsNow()) },
      calls: 0,
      failedCalls: 0,
      outputBytes: { ...this.#outputBytes },
      notices: [...this.#notices],
      owner: ownMark(this.#options.isDaemon),
    };
  }

  /** Where no result tells it better. */
  #timingsNow(): Record<string, number> {
    const now = Date.now();
    const total = now - this.#startedAtMs;
    if (this.#runningSinceMs === undefined) return { prepare: total, total };
    return { prepare: this.#runningSinceMs - this.#startedAtMs, run: now - this.#runningSinceMs, total };
  }

  #write(record: () => RunRecord): void {
    this.#work = this.#work.then(async () => {
      try {
        await writeRecord(this.#options.folder, record());
      } catch (thrown) {
        this.#logFailure(thrown);
      }
    });
  }

  #logFailure(thrown: unknown): void {
    const { code, message } = toIrisError(thrown);
    this.#options.logger('run.not-kept', { runId: this.id, code, message });
  }
}

function errorOf({ code, message, hint }: IrisError): RunRecord['error'] {
  return { code, message, hint };
}
