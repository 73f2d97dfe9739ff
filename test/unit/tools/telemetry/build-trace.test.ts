import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildTrace } from '../../../../src/tools/telemetry/trace/build-trace.ts';
import type { TraceEvent } from '../../../../src/tools/telemetry/trace/trace-event.ts';

interface SpanOptions {
  readonly parent?: string;
  readonly attributes?: TraceEvent['attributes'];
}

function span(
  id: string,
  startMs: number,
  endMs: number,
  { parent, attributes = {} }: SpanOptions = {},
): TraceEvent {
  return {
    id,
    kind: 'span',
    event: `span ${id}`,
    timestamp: new Date(startMs).toISOString(),
    startMicros: startMs * 1000,
    endMicros: endMs * 1000,
    spanId: id,
    ...(parent === undefined ? {} : { parentSpanId: parent }),
    attributes,
  };
}

describe('buildTrace()', () => {
  test('makes a tree with self times: children that overlap count once, and only inside their parent', () => {
    const trace = buildTrace([
      span('root', 0, 100),
      span('a', 10, 50, { parent: 'root' }),
      span('b', 30, 60, { parent: 'root' }),
      span('late', 90, 120, { parent: 'root' }),
    ]);

    expect(trace).toMatchObject({ spanCount: 4, durationMs: 120 });
    expect(trace.roots).toHaveLength(1);
    expect(trace.roots[0]).toMatchObject({ spanId: 'root', selfMs: 40, durationMs: 100 });
    expect(trace.roots[0]?.children.map(({ spanId }) => spanId)).toEqual(['a', 'b', 'late']);
  });

  test('finds the critical path from the end backwards', () => {
    const trace = buildTrace([
      span('root', 0, 100),
      span('fast', 10, 40, { parent: 'root' }),
      span('slow', 10, 90, { parent: 'root' }),
      span('inner', 20, 70, { parent: 'slow' }),
    ]);

    expect(trace.criticalPath).toEqual([
      { spanId: 'root', event: 'span root', selfMs: 20 },
      { spanId: 'slow', event: 'span slow', selfMs: 30 },
      { spanId: 'inner', event: 'span inner', selfMs: 50 },
    ]);
    expect(trace.roots[0]?.children.map(({ isCritical }) => isCritical)).toEqual([false, true]);
  });

  test('adds up tokens and cost without counting a summary of its parts', () => {
    const model = (name: string, input: number, output: number): TraceEvent['attributes'] => ({
      'gen_ai.request.model': name,
      'gen_ai.usage.input_tokens': input,
      'gen_ai.usage.output_tokens': output,
      'iris.cost_usd': 0.5,
    });
    const trace = buildTrace([
      span('agent', 0, 100, { attributes: model('big', 30, 13) }),
      span('c1', 0, 10, { parent: 'agent', attributes: model('big', 10, 3) }),
      span('c2', 10, 20, { parent: 'agent', attributes: model('small', 20, 10) }),
    ]);

    expect(trace.usage).toEqual({
      inputTokens: 30,
      outputTokens: 13,
      costUsd: 1,
      byModel: {
        big: { inputTokens: 10, outputTokens: 3, costUsd: 0.5 },
        small: { inputTokens: 20, outputTokens: 10, costUsd: 0.5 },
      },
    });
  });

  test('shows orphans and circles as roots, and every span once', () => {
    const trace = buildTrace([
      span('orphan', 0, 10, { parent: 'gone' }),
      span('x', 0, 10, { parent: 'y' }),
      span('y', 0, 10, { parent: 'x' }),
      span('self', 0, 10, { parent: 'self' }),
    ]);

    expect(trace.roots.map(({ spanId, isOrphan }) => [spanId, isOrphan])).toEqual([
      ['orphan', true],
      ['y', true],
      ['self', true],
    ]);
    expect(trace.roots[1]?.children.map(({ spanId }) => spanId)).toEqual(['x']);
  });

  test('puts events into their span, by its id or by their parent', () => {
    const event = (id: string, fields: Partial<TraceEvent>): TraceEvent => {
      const { endMicros: _, spanId: __, ...rest } = span(id, 5, 5);
      return { ...rest, kind: 'event', ...fields };
    };
    const trace = buildTrace([
      span('root', 0, 10),
      event('e1', { spanId: 'root' }),
      event('e2', { parentSpanId: 'root' }),
      event('e3', {}),
    ]);

    expect(trace.roots[0]?.events.map(({ id }) => id)).toEqual(['e1', 'e2']);
    expect(trace.events.map(({ id }) => id)).toEqual(['e3']);
    expect(trace.eventCount).toBe(3);
  });

  test('survives a chain of 5000 spans, of which it shows 100', () => {
    const chain = Array.from({ length: 5000 }, (_, i) =>
      span(`s${i}`, i, 10_000 - i, i === 0 ? {} : { parent: `s${i - 1}` }),
    );
    const trace = buildTrace(chain);

    let node = trace.roots[0];
    for (; node?.children[0] !== undefined;) node = node.children[0];
    expect(node?.hiddenSpans).toBe(4900);
    expect(trace.criticalPath).toHaveLength(5000);
  });

  test('the critical path adds up to the duration of the longest root, whatever the trace', () => {
    const interval = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 }), fc.nat(20));
    fc.assert(
      fc.property(fc.array(interval, { minLength: 1, maxLength: 12 }), (given) => {
        const spans = given.map(([start, length, parent], i) =>
          span(`s${i}`, start, start + length, parent < i ? { parent: `s${parent}` } : {}),
        );
        const trace = buildTrace(spans);
        const longest = Math.max(...trace.roots.map(({ durationMs }) => durationMs));
        const total = trace.criticalPath.reduce((sum, { selfMs }) => sum + selfMs, 0);
        expect(total).toBeCloseTo(longest, 9);
      }),
    );
  });
});
