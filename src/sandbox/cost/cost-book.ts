/** What sandboxes have come to, by month, and those that still cost. */
export interface CostBook {
  /** Dollars by month of UTC: `2026-11`. */
  readonly months: Record<string, number>;
  readonly live: Record<string, LiveCost>;
}

/** A sandbox that costs until its end, which is known: it is killed, paused, or its time is over. */
export interface LiveCost {
  /** Until here it is in its months. */
  fromMs: number;
  endAtMs: number;
  usdPerSecond: number;
  /** Whose runs come to it: what one run adds is not counted twice. */
  readonly slot: string;
}

const MAX_MONTHS = 24;
const MAX_LIVE = 1000;

/** The month of a moment, in UTC. */
export function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 7);
}

/** Puts into the months what sandboxes have come to so far, and lets go of those that have ended. */
export function settle(book: CostBook, nowMs: number): void {
  for (const [id, live] of Object.entries(book.live)) {
    charge(book, live, nowMs);
    if (live.endAtMs <= nowMs) delete book.live[id];
  }
  const crowd = Object.entries(book.live).toSorted(([, a], [, b]) => a.endAtMs - b.endAtMs);
  for (const [id, live] of crowd.slice(0, Math.max(0, crowd.length - MAX_LIVE))) {
    charge(book, live, live.endAtMs);
    delete book.live[id];
  }
  const old = Object.keys(book.months).toSorted().slice(0, -MAX_MONTHS);
  for (const month of old) delete book.months[month];
}

/** What the sandboxes that live now still come to, if nothing ends them early; those of one slot are left out. */
export function committedUsd(book: CostBook, nowMs: number, exceptSlot: string | undefined): number {
  return Object.values(book.live)
    .filter(({ slot }) => slot !== exceptSlot)
    .reduce((sum, { endAtMs, usdPerSecond }) => sum + usdFor(usdPerSecond, endAtMs - nowMs), 0);
}

/** A sandbox that lives over the end of a month costs in both. */
function charge(book: CostBook, live: LiveCost, nowMs: number): void {
  const untilMs = Math.min(nowMs, live.endAtMs);
  while (live.fromMs < untilMs) {
    const partEndMs = Math.min(untilMs, endOfMonth(live.fromMs));
    const month = monthOf(live.fromMs);
    book.months[month] = (book.months[month] ?? 0) + usdFor(live.usdPerSecond, partEndMs - live.fromMs);
    live.fromMs = partEndMs;
  }
}

function usdFor(usdPerSecond: number, ms: number): number {
  return (usdPerSecond * Math.max(0, ms)) / 1000;
}

function endOfMonth(ms: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}
