import { setTimeout as pause } from 'node:timers/promises';
import type { RunEvent } from '../../contract/run-event.ts';
import { IrisError, toIrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { RunIo } from '../../executor/run-request.ts';
import { removeOldRuns, type KeepRule } from './remove-runs.ts';
import { runFolder } from './run-folder.ts';
import { RunRecorder, type CallCounts, type RunFacts } from './run-recorder.ts';

export interface RunKeeperOptions {
  /** Without it nothing is kept. */
  readonly keepsRuns: boolean;
  /** Whether this process is the daemon. */
  readonly resumes: boolean;
  readonly stateDir: string;
  readonly logger: Logger;
}

export interface KeepOptions extends KeepRule {
  readonly facts: RunFacts;
  readonly maxOutputBytes: number;
  readonly hidden: readonly string[];
  /** Asked at the end of the run. */
  readonly counts: () => CallCounts;
}

interface LiveRun {
  readonly recorder: RunRecorder;
  readonly stopping: AbortController;
  readonly isDetached: boolean;
  /** Resolves when its end is written. */
  readonly ended: Promise<void>;
}

const CLEAN_EVERY_MS = 60_000;
const ENDING_BUDGET_MS = 2_000;

/** Keeps the runs of this process on disk, takes away the old ones of all, and ends those that go on. */
export class RunKeeper implements AsyncDisposable {
  readonly #options: RunKeeperOptions;
  readonly #live = new Map<string, LiveRun>();
  #cleanedAtMs = 0;

  constructor(options: RunKeeperOptions) {
    this.#options = options;
  }

  /** Passes the events of a run on and keeps it; its end is written after the last of them was taken. */
  async *follow(
    start: (io: RunIo) => AsyncIterable<RunEvent>,
    io: RunIo,
    options: KeepOptions,
  ): AsyncGenerator<RunEvent, void> {
    if (options.maxRuns === 0 || !this.#options.keepsRuns) {
      yield* start(io);
      return;
    }
    const { facts, maxOutputBytes, hidden } = options;
    const { stateDir, logger, resumes } = this.#options;
    const folder = runFolder(stateDir, facts.id);
    const recorder = new RunRecorder({
      folder,
      facts,
      maxOutputBytes,
      hidden,
      isDaemon: resumes,
      logger,
    });
    const stopping = new AbortController();
    const leave = (): void => stopping.abort(io.signal.reason);
    if (io.signal.aborted) leave();
    io.signal.addEventListener('abort', leave, { once: true });
    let setEnded = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      setEnded = resolve;
    });
    this.#live.set(facts.id, { recorder, stopping, ended, isDetached: facts.isDetached });
    try {
      const watched = { ...io, signal: stopping.signal, onSignal: recorder.watchSignals(io.onSignal) };
      yield* recorder.follow(start(watched));
    } finally {
      io.signal.removeEventListener('abort', leave);
      void this.#end(recorder, options).finally(setEnded);
    }
  }

  /** Waits until all that is known is written, and tells which runs go on. */
  async settle(): Promise<string[]> {
    const settling = [...this.#live].map(async ([id, { recorder, ended }]) => {
      if (!recorder.hasEnded) {
        await recorder.note();
        return [id];
      }
      await ended;
      return [];
    });
    return (await Promise.all(settling)).flat();
  }

  /** Ends a run, first with SIGTERM, and waits for its end; false where there is none of this id here. */
  async cancel(id: string, because = 'The run was cancelled'): Promise<boolean> {
    const live = this.#live.get(id);
    if (live === undefined) return false;
    live.stopping.abort(new IrisError('CANCELLED', because));
    await live.ended;
    return true;
  }

  /** Ends the runs that go on without a client, whose daemon is about to leave. */
  async cancelDetached(): Promise<void> {
    const ids = [...this.#live].flatMap(([id, { isDetached }]) => (isDetached ? [id] : []));
    await Promise.all(ids.map((id) => this.cancel(id, 'The iris daemon was stopped')));
  }

  /** Waits for the end of the runs that go on without a client. */
  async detachedEnded(): Promise<void> {
    const detached = [...this.#live.values()].filter(({ isDetached }) => isDetached);
    await Promise.all(detached.map(({ ended }) => ended));
  }

  /** Waits for the ends of runs; one whose reader takes nothing any more has none. */
  async [Symbol.asyncDispose](): Promise<void> {
    const ended = Promise.all([...this.#live.values()].map((live) => live.ended));
    await Promise.race([ended, pause(ENDING_BUDGET_MS, undefined, { ref: false })]);
  }

  async #end(recorder: RunRecorder, rule: KeepOptions): Promise<void> {
    const { stateDir, logger } = this.#options;
    try {
      await recorder.end(rule.counts());
      if (Date.now() - this.#cleanedAtMs < CLEAN_EVERY_MS) return;
      this.#cleanedAtMs = Date.now();
      await removeOldRuns(stateDir, rule);
    } catch (thrown) {
      const { code, message } = toIrisError(thrown);
      logger('run.not-kept', { runId: recorder.id, code, message });
    } finally {
      this.#live.delete(recorder.id);
    }
  }
}
