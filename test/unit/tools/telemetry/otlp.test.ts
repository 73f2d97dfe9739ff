import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../src/tools/json/json.ts';
import { fromAnyValue, toAnyValue } from '../../../../src/tools/telemetry/otlp/any-value.ts';
import { exportEvent, type ExportEvent } from '../../../../src/tools/telemetry/otlp/export-event.ts';
import { exportLogs, exportTraces } from '../../../../src/tools/telemetry/otlp/export-otlp.ts';
import { importLogs } from '../../../../src/tools/telemetry/otlp/import-logs.ts';
import { importTraces } from '../../../../src/tools/telemetry/otlp/import-traces.ts';
import { partialSuccess } from '../../../../src/tools/telemetry/otlp/otlp-event.ts';
import { prepareOtlp } from '../../../../src/tools/telemetry/prepare-otlp.ts';

const options = { caller: {}, capturesContent: false };

function fixture(name: string): Json {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../../../fixtures/otlp', name), 'utf8'));
}

function traceOf(...spans: readonly JsonObject[]): JsonObject {
  return { resourceSpans: [{ resource: {}, scopeSpans: [{ scope: {}, spans: [...spans] }] }] };
}

const span = {
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  name: 'chat',
  startTimeUnixNano: '1544712660000000123',
  endTimeUnixNano: '1544712660000001999',
};

/** As the database gives them back. */
function stored(events: readonly JsonObject[]): readonly ExportEvent[] {
  return events.map((event) => exportEvent.parse(event));
}

/** Ids in lower case and int64 as text, which is how OTLP/JSON wants them. */
function normal(value: Json): Json {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key.endsWith('Id') && typeof item === 'string') return [key, item.toLowerCase()];
      if (/UnixNano$|^intValue$/.test(key) && typeof item !== 'object')
        return [key, BigInt(String(item)).toString()];
      if (key === 'kvlistValue' && Array.isArray(item)) return [key, { values: item.map(normal) }];
      return [key, normal(item)];
    }),
  );
}

describe('traces', () => {
  test('the example of the protocol comes in with ids, kind and times, and goes out as it came', () => {
    const { events, rejected } = importTraces(fixture('trace.json'));

    expect(rejected).toBe(0);
    expect(events).toMatchObject([
      {
        kind: 'span',
        event: "I'm a server span",
        traceId: '5b8efff798038103d269b633813fc60c',
        spanId: 'eee19b7ec3c1b174',
        parentSpanId: 'eee19b7ec3c1b173',
        startMicros: Date.parse('2018-12-13T14:51:00Z') * 1000,
        endMicros: Date.parse('2018-12-13T14:51:01Z') * 1000,
        attributes: { 'my.span.attr': 'some value' },
        otel: { record: { kind: 2 } },
      },
    ]);
    expect(normal(exportTraces(stored(events)))).toEqual(normal(fixture('trace.json')));
  });

  test('everything else of a span comes back too, to the nanosecond', () => {
    const full = traceOf({
      ...span,
      traceState: 'a=b',
      flags: 257,
      kind: 3,
      status: { code: 2, message: 'boom' },
      droppedAttributesCount: 1,
      unknownField: { x: 1 },
      attributes: [
        { key: 'i', value: { intValue: '9007199254740993' } },
        { key: 'd', value: { doubleValue: 5 } },
        { key: 'b', value: { bytesValue: 'AAE=' } },
        {
          key: 'list',
          value: { arrayValue: { values: [{ intValue: '1' }, { doubleValue: 2 }, { boolValue: false }] } },
        },
        { key: 'nothing', value: {} },
      ],
      events: [
        {
          timeUnixNano: '1544712660000000500',
          name: 'exception',
          attributes: [{ key: 'n', value: { doubleValue: 1 } }],
        },
      ],
      links: [
        {
          traceId: span.traceId,
          spanId: 'eee19b7ec3c1b199',
          attributes: [{ key: 'k', value: { stringValue: 'v' } }],
        },
      ],
    });
    const { events } = importTraces(full);

    expect(events[0]).toMatchObject({
      outcome: 'failure',
      attributes: { i: '9007199254740993', d: 5, list: [1, 2, false], nothing: null },
    });
    expect(exportTraces(stored(events))).toEqual(full);
  });

  test('spans without ids, times or a name are rejected and counted, and the others are taken', () => {
    const { spanId: _, ...noId } = span;
    const read = importTraces(
      traceOf(
        span,
        noId,
        { ...span, traceId: '0'.repeat(32) },
        { ...span, spanId: 'xyz' },
        { ...span, startTimeUnixNano: '-1' },
        { ...span, name: '' },
      ),
    );

    expect(read.events).toHaveLength(1);
    expect(partialSuccess(read, 'trace')).toEqual({
      partialSuccess: {
        rejectedSpans: '5',
        errorMessage:
          'a span needs a traceId and a spanId that are not zero; a span needs startTimeUnixNano and endTimeUnixNano; a span needs a name',
      },
    });
    expect(partialSuccess(importTraces(traceOf(span)), 'trace')).toEqual({});
  });

  test.each([
    [null],
    [[]],
    ['x'],
    [{ resourceSpans: 1 }],
    [{ resourceSpans: [null, { scopeSpans: [{ spans: [1] }] }] }],
  ])('nothing comes of %j', (given) => {
    expect(importTraces(given)).toEqual({ events: [], rejected: 0, errors: [] });
  });

  test('the same span twice has one id', () => {
    const [one, two] = [
      importTraces(traceOf(span)),
      importTraces(traceOf({ ...span, traceId: span.traceId.toUpperCase() })),
    ];

    expect(one.events[0]?.['id']).toBe(two.events[0]?.['id']);
  });

  test('spans of iris itself go out complete', () => {
    const event: ExportEvent = {
      id: '018f0000-0000-7000-8000-000000000001',
      kind: 'span',
      event: 'tool.called',
      startMicros: 1_544_712_660_000_000,
      durationMs: 1.5,
      sessionId: 's',
      outcome: 'timeout',
      attributes: { n: 1, x: 0.5 },
    };

    expect(exportTraces([event])).toMatchObject({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'iris' } }] },
          scopeSpans: [
            {
              spans: [
                {
                  traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
                  spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
                  kind: 1,
                  status: { code: 2 },
                  startTimeUnixNano: '1544712660000000000',
                  endTimeUnixNano: '1544712660001500000',
                  attributes: expect.arrayContaining([
                    { key: 'session.id', value: { stringValue: 's' } },
                    { key: 'n', value: { intValue: '1' } },
                    { key: 'x', value: { doubleValue: 0.5 } },
                  ]),
                },
              ],
            },
          ],
        },
      ],
    });
  });
});

describe('logs', () => {
  test('the example of an event comes in with its name, severity and body, and goes out as it came', () => {
    const { events } = importLogs(fixture('events.json'));

    expect(events).toMatchObject([
      {
        kind: 'event',
        event: 'browser.page_view',
        severity: 9,
        startMicros: 1_544_712_660_300_000,
        otel: {
          body: {
            type: 0,
            url: 'https://www.example.com/online-guid-generator',
            title: 'Free Online GUID Generator',
          },
        },
      },
    ]);
    expect(normal(exportLogs(stored(events)))).toEqual(normal(fixture('events.json')));
  });

  test('equal lines of one export are several events, and the same ones the second time', () => {
    const record = { timeUnixNano: '1544712660300000000', body: { stringValue: 'again' } };
    const given = { resourceLogs: [{ scopeLogs: [{ logRecords: [record, record] }] }] };
    const ids = importLogs(given).events.map(({ id }) => id);

    expect(new Set(ids).size).toBe(2);
    expect(importLogs(given).events.map(({ id }) => id)).toEqual(ids);
    expect(importLogs(given).events[0]).toMatchObject({ event: 'log' });
  });
});

describe('prepareOtlp()', () => {
  test('maps, leaves out content and takes out secrets wherever they are', () => {
    const text = (key: string, stringValue: string): JsonObject => ({ key, value: { stringValue } });
    const given: JsonObject = {
      resourceSpans: [
        {
          resource: { attributes: [text('session.id', 's1'), text('api_key', 'abc')] },
          scopeSpans: [
            {
              spans: [
                {
                  ...span,
                  attributes: [
                    text('gen_ai.agent.id', 'a1'),
                    text('error.type', 'E'),
                    text('gen_ai.input.messages', '[]'),
                    text('authorization', 'x'),
                  ],
                  events: [
                    {
                      name: 'e',
                      attributes: [
                        text('gen_ai.output.messages', 'hidden'),
                        text('note', 'Bearer abcdefghijkl'),
                      ],
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    };
    const { events } = prepareOtlp(given, options);

    expect(events).toMatchObject([
      {
        sessionId: 's1',
        agentId: 'a1',
        outcome: 'failure',
        attributes: { authorization: '[REDACTED]', 'iris.content_left_out': ['gen_ai.input.messages'] },
        otel: {
          resource: { attributes: { api_key: '[REDACTED]' } },
          record: { events: [{ attributes: { note: 'Bearer [REDACTED]' } }] },
        },
      },
    ]);
    expect(JSON.stringify(events)).not.toMatch(/hidden|abcdefghijkl/);
    expect(JSON.stringify(prepareOtlp(given, { ...options, capturesContent: true }))).toMatch(/hidden/);
  });

  test('rejects what is too large for iris, and refuses what is no OTLP', () => {
    const attributes = Array.from({ length: 129 }, (_, i) => ({ key: `k${i}`, value: { intValue: '1' } }));

    expect(prepareOtlp(traceOf({ ...span, attributes }), options)).toMatchObject({ events: [], rejected: 1 });
    expect(() => prepareOtlp({ resourceMetrics: [] }, options)).toThrow(
      expect.objectContaining({ code: 'IRIS_INVALID_ARGUMENT' }),
    );
  });
});

describe('AnyValue', () => {
  test('any JSON goes out and comes back', () => {
    const key = fc.string({ maxLength: 5 }).filter((text) => text !== '__proto__');
    const { json } = fc.letrec<{ json: Json }>((tie) => ({
      json: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.boolean(),
        fc.integer(),
        fc
          .double({ noNaN: true, noDefaultInfinity: true })
          .map((number) => (Object.is(number, -0) ? 0 : number)),
        fc.constant(null),
        fc.array(tie('json'), { maxLength: 4 }),
        fc.dictionary(key, tie('json'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(json, (value) => {
        expect(fromAnyValue(toAnyValue(value, 'a', {}), 'a').value).toEqual(value);
      }),
    );
  });
});
