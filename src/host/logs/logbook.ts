import type { Logger } from '../../core/logger.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line about a sandbox, as E2B shapes it. */
export interface LogEntry {
  readonly atMs: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
}

const MAX_ENTRIES = 1000;
const MAX_ENDED = 100;
const MAX_TEXT_LENGTH = 2000;
/** Long enough to ask why a sandbox is gone. */
const KEEP_ENDED_MS = 10 * 60_000;

const MESSAGES: Readonly<Record<string, string>> = {
  'sandbox.created': 'Sandbox created',
  'sandbox.timed-out': 'Sandbox reached its time limit',
  'sandbox.paused': 'Sandbox paused',
  'sandbox.resumed': 'Sandbox resumed',
  'sandbox.ended': 'Sandbox ended',
  'sandbox.process-started': 'Process started',
  'sandbox.process-ended': 'Process ended',
  'sandbox.kill-failed': 'Sandbox could not be ended',
};

interface Pages {
  readonly entries: LogEntry[];
  endedAtMs?: number;
}

/** Remembers what happened to each sandbox: a bounded number of lines, and for a while after its end. */
export class Logbook {
  readonly #nowMs: () => number;
  readonly #pages = new Map<string, Pages>();

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  /**
   * A logger that also enters here every event named `sandbox.…` that names its sandbox. What processes do stays here:
   * a command line is for whoever may ask for the sandbox's logs.
   */
  listen(logger: Logger): Logger {
    return (event, facts) => {
      const id = facts?.['id'];
      if (event.startsWith('sandbox.') && typeof id === 'string') this.#enter(id, event, facts ?? {});
      if (!event.startsWith('sandbox.process-')) logger(event, facts);
    };
  }

  /** The lines of a sandbox, oldest first; undefined when nothing is known of it. */
  read(sandboxId: string): readonly LogEntry[] | undefined {
    this.#forgetEnded();
    return this.#pages.get(sandboxId)?.entries;
  }

  #enter(sandboxId: string, event: string, facts: Readonly<Record<string, unknown>>): void {
    const pages = this.#pages.get(sandboxId) ?? { entries: [] };
    // Map order is the order of the last event, so that the oldest ended sandbox comes first.
    this.#pages.delete(sandboxId);
    this.#pages.set(sandboxId, pages);
    if (pages.entries.length >= MAX_ENTRIES) pages.entries.shift();
    pages.entries.push({
      atMs: this.#nowMs(),
      level: levelOf(event),
      message: MESSAGES[event] ?? event,
      fields: toFields(event, facts),
    });
    if (event === 'sandbox.ended' || event === 'sandbox.kill-failed') pages.endedAtMs = this.#nowMs();
    this.#forgetEnded();
  }

  #forgetEnded(): void {
    const ended = [...this.#pages].filter(([, { endedAtMs }]) => endedAtMs !== undefined);
    const surplus = ended.length - MAX_ENDED;
    ended.forEach(([id, { endedAtMs = 0 }], index) => {
      if (index < surplus || this.#nowMs() - endedAtMs > KEEP_ENDED_MS) this.#pages.delete(id);
    });
  }
}

function levelOf(event: string): LogLevel {
  if (event.endsWith('-failed')) return 'error';
  return event.endsWith('-out') || event.endsWith('-lost') ? 'warn' : 'info';
}

function toFields(event: string, facts: Readonly<Record<string, unknown>>): Record<string, string> {
  const others = Object.entries(facts).filter(([name, value]) => name !== 'id' && value !== undefined);
  const fields = others.map(([name, value]) => [name, textOf(value).slice(0, MAX_TEXT_LENGTH)]);
  return { logger: 'iris', event, ...Object.fromEntries(fields) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
