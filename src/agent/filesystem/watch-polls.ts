import { randomBytes } from 'node:crypto';
import { ConnectFailure, toConnectFailure } from '../../core/connect-failure.ts';

const MAX_WATCHERS = 64;
const MAX_QUEUED = 10_000;
const IDLE_MS = 10 * 60_000;

/** A watcher that is open. Its events end when it is closed. */
export interface EventSource<Event> {
  readonly events: AsyncIterable<readonly Event[]>;
  close(): void;
}

interface Poll<Event> {
  readonly source: EventSource<Event>;
  readonly idleTimer: NodeJS.Timeout;
  queued: Event[];
  failure: ConnectFailure | undefined;
  onTaken: () => void;
}

/** Watchers whose events clients fetch now and then; one that nobody asks about for ten minutes is forgotten. */
export class WatchPolls<Event> {
  readonly #polls = new Map<string, Poll<Event>>();
  readonly #idleMs: number;
  #opening = 0;

  constructor({ idleMs = IDLE_MS }: { idleMs?: number } = {}) {
    this.#idleMs = idleMs;
  }

  /** Opens a watcher and returns its id. Throws resource_exhausted when there are too many. */
  async create(open: () => Promise<EventSource<Event>>): Promise<string> {
    this.#expectRoom();
    this.#opening += 1;
    try {
      return this.#add(await open());
    } finally {
      this.#opening -= 1;
    }
  }

  /** The events since the last time. Throws what broke the watcher, or not_found. */
  take(id: string): readonly Event[] {
    const poll = this.#known(id);
    poll.idleTimer.refresh();
    const { queued } = poll;
    if (queued.length === 0 && poll.failure) throw poll.failure;
    poll.queued = [];
    poll.onTaken();
    return queued;
  }

  /** Throws not_found. */
  remove(id: string): void {
    const poll = this.#known(id);
    this.#polls.delete(id);
    close(poll);
  }

  close(): void {
    for (const poll of this.#polls.values()) close(poll);
    this.#polls.clear();
  }

  #add(source: EventSource<Event>): string {
    const id = `w${randomBytes(10).toString('hex')}`;
    const idleTimer = setTimeout(() => this.remove(id), this.#idleMs).unref();
    const poll = { source, idleTimer, queued: [], failure: undefined, onTaken: () => undefined };
    this.#polls.set(id, poll);
    void pump(poll);
    return id;
  }

  #known(id: string): Poll<Event> {
    const poll = this.#polls.get(id);
    if (!poll) throw new ConnectFailure('not_found', `watcher with id ${id} not found`);
    return poll;
  }

  #expectRoom(): void {
    if (this.#polls.size + this.#opening < MAX_WATCHERS) return;
    throw new ConnectFailure('resource_exhausted', `there are ${MAX_WATCHERS} watchers already`);
  }
}

/** A full queue stops the reading of events until a client takes them. */
async function pump<Event>(poll: Poll<Event>): Promise<void> {
  try {
    for await (const batch of poll.source.events) {
      poll.queued.push(...batch);
      if (poll.queued.length < MAX_QUEUED) continue;
      await new Promise<void>((resolve) => {
        poll.onTaken = resolve;
      });
    }
  } catch (thrown) {
    poll.failure = toConnectFailure(thrown);
  } finally {
    poll.source.close();
  }
}

function close<Event>(poll: Poll<Event>): void {
  clearTimeout(poll.idleTimer);
  poll.source.close();
  poll.onTaken();
}
