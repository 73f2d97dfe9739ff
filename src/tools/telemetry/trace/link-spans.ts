import type { TraceEvent } from './trace-event.ts';

/** A span with what lies under it. */
export interface Span {
  readonly record: TraceEvent;
  readonly startMicros: number;
  readonly endMicros: number;
  readonly children: Span[];
  readonly events: TraceEvent[];
}

export interface LinkedSpans {
  /** Spans without a parent in the trace. */
  readonly roots: readonly Span[];
  readonly spans: readonly Span[];
  /** Events that belong to no span of the trace. */
  readonly events: readonly TraceEvent[];
}

const MICROS_PER_MS = 1000;

/** Puts spans under their parents and events into their spans; a circle of parents is opened where it closes. */
export function linkSpans(records: readonly TraceEvent[]): LinkedSpans {
  const spans = records.filter(({ kind }) => kind === 'span').map(toSpan);
  // The first of two with the same id is the one that others mean.
  const byId = new Map(spans.toReversed().map((span) => [span.record.spanId, span]));
  const parents = new Map<Span, Span>();
  for (const span of spans) {
    const parent = find(byId, span.record.parentSpanId);
    if (parent === undefined || isAbove(span, parent, parents)) continue;
    parents.set(span, parent);
    parent.children.push(span);
  }
  return {
    roots: spans.filter((span) => !parents.has(span)),
    spans,
    events: placeEvents(records, byId),
  };
}

function toSpan(record: TraceEvent): Span {
  const { startMicros, endMicros, durationMs = 0 } = record;
  return {
    record,
    startMicros,
    endMicros: endMicros ?? startMicros + durationMs * MICROS_PER_MS,
    children: [],
    events: [],
  };
}

function find(byId: ReadonlyMap<string | undefined, Span>, id: string | undefined): Span | undefined {
  return id === undefined ? undefined : byId.get(id);
}

function isAbove(span: Span, start: Span, parents: ReadonlyMap<Span, Span>): boolean {
  for (let at: Span | undefined = start; at !== undefined; at = parents.get(at)) {
    if (at === span) return true;
  }
  return false;
}

/** Returns the events that found no span. */
function placeEvents(
  records: readonly TraceEvent[],
  byId: ReadonlyMap<string | undefined, Span>,
): readonly TraceEvent[] {
  return records
    .filter(({ kind }) => kind === 'event')
    .filter((record) => {
      const span = find(byId, record.spanId) ?? find(byId, record.parentSpanId);
      span?.events.push(record);
      return span === undefined;
    });
}
