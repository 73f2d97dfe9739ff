import { criticalPath } from './critical-path.ts';
import { linkSpans, type Span } from './link-spans.ts';
import { selfMicros } from './self-time.ts';
import type { TraceEvent } from './trace-event.ts';
import { sumUsage, type UsageSum } from './usage.ts';

export interface TraceNode {
  readonly spanId: string | null;
  readonly event: string;
  readonly startedAt: string;
  /** From the beginning of the trace. */
  readonly offsetMs: number;
  readonly durationMs: number;
  readonly selfMs: number;
  readonly isCritical: boolean;
  readonly isOrphan: boolean;
  readonly outcome: string | null;
  readonly agentId: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly TraceMoment[];
  readonly children: readonly TraceNode[];
  /** Spans below that are too deep to be shown. */
  readonly hiddenSpans: number;
}

export interface TraceMoment {
  readonly id: string;
  readonly event: string;
  readonly at: string;
  readonly offsetMs: number;
  readonly outcome: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface Trace {
  readonly spanCount: number;
  readonly eventCount: number;
  readonly startedAt: string | null;
  readonly durationMs: number;
  readonly roots: readonly TraceNode[];
  readonly events: readonly TraceMoment[];
  readonly criticalPath: readonly {
    readonly spanId: string | null;
    readonly event: string;
    readonly selfMs: number;
  }[];
  readonly usage: UsageSum;
}

interface Frame {
  readonly startMicros: number;
  readonly critical: ReadonlySet<Span>;
}

const MICROS_PER_MS = 1000;
/** Deeper nesting makes writers and readers of JSON fail. */
const MAX_DEPTH = 100;

/** Makes the tree of a trace from its events: where its time went, what its longest root waited for, and what it used. */
export function buildTrace(records: readonly TraceEvent[]): Trace {
  const { roots, spans, events } = linkSpans(records);
  const startMicros = min(records.map((record) => record.startMicros));
  const endMicros = max([
    ...spans.map((span) => span.endMicros),
    ...records.map((record) => record.startMicros),
  ]);
  const longest = roots.toSorted((one, other) => durationOf(other) - durationOf(one))[0];
  const path = longest === undefined ? [] : criticalPath(longest);
  const frame = { startMicros, critical: new Set(path.map(({ span }) => span)) };
  return {
    spanCount: spans.length,
    eventCount: records.length - spans.length,
    startedAt: records.find((record) => record.startMicros === startMicros)?.timestamp ?? null,
    durationMs: toMs(endMicros - startMicros),
    roots: roots.map((root) => toNode(root, frame, 1)),
    events: events.map((record) => toMoment(record, frame)),
    criticalPath: path.map(({ span, selfMicros: micros }) => ({
      spanId: span.record.spanId ?? null,
      event: span.record.event,
      selfMs: toMs(micros),
    })),
    usage: sumUsage(roots, events),
  };
}

function toNode(span: Span, frame: Frame, depth: number): TraceNode {
  const { record } = span;
  const isShown = depth < MAX_DEPTH;
  return {
    spanId: record.spanId ?? null,
    event: record.event,
    startedAt: record.timestamp,
    offsetMs: toMs(span.startMicros - frame.startMicros),
    durationMs: toMs(durationOf(span)),
    selfMs: toMs(selfMicros(span)),
    isCritical: frame.critical.has(span),
    isOrphan: depth === 1 && record.parentSpanId !== undefined,
    outcome: record.outcome ?? null,
    agentId: record.agentId ?? null,
    attributes: record.attributes,
    events: span.events.map((event) => toMoment(event, frame)),
    children: isShown ? span.children.map((child) => toNode(child, frame, depth + 1)) : [],
    hiddenSpans: isShown ? 0 : countUnder(span),
  };
}

function toMoment(record: TraceEvent, { startMicros }: Frame): TraceMoment {
  return {
    id: record.id,
    event: record.event,
    at: record.timestamp,
    offsetMs: toMs(record.startMicros - startMicros),
    outcome: record.outcome ?? null,
    attributes: record.attributes,
  };
}

function countUnder(top: Span): number {
  let count = 0;
  const open = [...top.children];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    count += 1;
    open.push(...span.children);
  }
  return count;
}

function durationOf({ startMicros, endMicros }: Span): number {
  return endMicros - startMicros;
}

function toMs(micros: number): number {
  return micros / MICROS_PER_MS;
}

function min(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => Math.min(one, other), numbers[0] ?? 0);
}

function max(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => Math.max(one, other), numbers[0] ?? 0);
}
