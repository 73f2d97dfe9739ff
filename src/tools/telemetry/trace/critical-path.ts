import type { Span } from './link-spans.ts';

/** A span on the critical path, and how long nothing else of the path ran. */
export interface CriticalStep {
  readonly span: Span;
  readonly selfMicros: number;
}

interface Segment {
  readonly span: Span;
  readonly startMicros: number;
  readonly endMicros: number;
}

/**
 * What a span waited for, in order of time: read from its end backwards, always into the child that ended last. The self
 * times add up to the duration of the span: shortening anything else does not shorten it.
 */
export function criticalPath(root: Span): readonly CriticalStep[] {
  const segments = segmentsOf(root);
  const selfMicros = new Map<Span, number>();
  for (const { span, startMicros, endMicros } of segments.toReversed())
    selfMicros.set(span, (selfMicros.get(span) ?? 0) + endMicros - startMicros);
  return [...selfMicros].map(([span, micros]) => ({ span, selfMicros: micros }));
}

/** From the last to the first. A stack rather than recursion: traces may be deep. */
function segmentsOf(root: Span): readonly Segment[] {
  const segments: Segment[] = [];
  const open = [openAt(root, root.startMicros, root.endMicros)];
  for (let frame = open.at(-1); frame !== undefined; frame = open.at(-1)) {
    const child = nextChild(frame);
    const end = frame.untilMicros;
    if (child === undefined) {
      if (end > frame.fromMicros || frame.span.startMicros === frame.span.endMicros)
        segments.push({ span: frame.span, startMicros: frame.fromMicros, endMicros: end });
      open.pop();
      continue;
    }
    const childEnd = Math.min(child.endMicros, end);
    const childStart = Math.max(child.startMicros, frame.fromMicros);
    if (end > childEnd) segments.push({ span: frame.span, startMicros: childEnd, endMicros: end });
    frame.untilMicros = childStart;
    open.push(openAt(child, childStart, childEnd));
  }
  return segments;
}

interface Frame {
  readonly span: Span;
  readonly fromMicros: number;
  untilMicros: number;
  /** Children that have not been looked at, the one that ends last at the end. */
  readonly left: Span[];
}

function openAt(span: Span, fromMicros: number, untilMicros: number): Frame {
  const left = span.children.toSorted((one, other) => one.endMicros - other.endMicros);
  return { span, fromMicros, untilMicros, left };
}

/** The child that was the last to run before the frame's moment. */
function nextChild({ left, fromMicros, untilMicros }: Frame): Span | undefined {
  for (let child = left.pop(); child !== undefined; child = left.pop()) {
    const end = Math.min(child.endMicros, untilMicros);
    if (end > Math.max(child.startMicros, fromMicros)) return child;
  }
  return undefined;
}
