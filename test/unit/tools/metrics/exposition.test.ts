import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderCsv } from '../../../../src/tools/metrics/exposition/csv.ts';
import type { ExposedSeries } from '../../../../src/tools/metrics/exposition/exposed-series.ts';
import { renderOpenMetrics } from '../../../../src/tools/metrics/exposition/open-metrics.ts';
import { renderPrometheus } from '../../../../src/tools/metrics/exposition/prometheus.ts';
import { familyName, unitSuffix } from '../../../../src/tools/metrics/exposition/prometheus-names.ts';
import { checkOpenMetrics } from '../../../support/check-open-metrics.ts';

function series(
  fields: Partial<ExposedSeries>,
  point: Partial<ExposedSeries['points'][number]> = {},
): ExposedSeries {
  return {
    name: 'm',
    type: 'histogram',
    unit: null,
    description: null,
    labels: {},
    points: [
      {
        startMs: 0,
        endMs: 3_600_000,
        count: 2,
        sum: 3,
        min: 1,
        max: 2,
        last: 2,
        quantiles: [{ quantile: 0.5, name: 'p50', value: 1.5 }],
        ...point,
      },
    ],
    ...fields,
  };
}

describe('checkOpenMetrics()', () => {
  test.each([
    ['# EOF\n'],
    ['# TYPE a counter\n# HELP a help\na_total 1\n# EOF\n'],
    ['# TYPE a_seconds counter\n# UNIT a_seconds seconds\na_seconds_total 1\na_seconds_created 123\n# EOF\n'],
    ['# TYPE a summary\na_count 1\na_sum 2.5\na{quantile="0.5"} 0.7\n# EOF\n'],
    ['# TYPE a gauge\na{foo="b\\"a\\nr\\\\"} 1\na{foo=""} +Inf\n# EOF\n'],
    ['a 1 123\nb NaN\n# EOF\n'],
  ])('accepts %j', (text) => {
    expect(() => checkOpenMetrics(text)).not.toThrow();
  });

  test.each([
    [''],
    ['a 1\n'],
    ['a 1\n# EOF'],
    ['# EOF\na 1\n# EOF\n'],
    ['a 1\n\n# EOF\n'],
    ['# TYPE a counter\na 1\n# EOF\n'],
    ['# TYPE a counter\na_total -1\n# EOF\n'],
    ['# TYPE a counter\na_total NaN\n# EOF\n'],
    ['# TYPE a counter\n# TYPE a counter\na_total 1\n# EOF\n'],
    ['# TYPE a oops\na 1\n# EOF\n'],
    ['a 1\n# TYPE a gauge\n# EOF\n'],
    ['# TYPE a gauge\na 1\n# HELP a late\n# EOF\n'],
    ['# UNIT a seconds\na 1\n# EOF\n'],
    ['# TYPE a summary\na{quantile="1.01"} 1\n# EOF\n'],
    ['# TYPE a summary\na{quantile="x"} 1\n# EOF\n'],
    ['# TYPE a summary\na 1\n# EOF\n'],
    ['# TYPE a summary\na_count 1.5\n# EOF\n'],
    ['# TYPE a summary\na_sum -1\n# EOF\n'],
    ['a{a="1",a="2"} 1\n# EOF\n'],
    ['a{a="1",} 1\n# EOF\n'],
    ['a{1a="1"} 1\n# EOF\n'],
    ["a{a='1'} 1\n# EOF\n"],
    ['a{a="\\x"} 1\n# EOF\n'],
    ['a{a="1" 1\n# EOF\n'],
    ['a 0x1p-3\n# EOF\n'],
    ['a 1_000\n# EOF\n'],
    ['a  1\n# EOF\n'],
    [' a 1\n# EOF\n'],
    ['a 1 \n# EOF\n'],
    ['1a 1\n# EOF\n'],
    ['a 1\na 1\n# EOF\n'],
    ['#TYPE a gauge\na 1\n# EOF\n'],
    ['# TYPE a counter\na_total 1\n# TYPE b gauge\nb 1\n# TYPE a counter\na_total{x="1"} 2\n# EOF\n'],
    ['# TYPE a counter\na_total 1\n# TYPE a_total gauge\na_total 1\n# EOF\n'],
  ])('refuses %j', (text) => {
    expect(() => checkOpenMetrics(text)).toThrow(Error);
  });
});

describe('renderOpenMetrics()', () => {
  test('writes counters, gauges and summaries with units and help', () => {
    const text = renderOpenMetrics([
      series({ name: 'jobs_total', type: 'counter', description: 'a "b"\n\\c', labels: { k: 'x\n"y"\\' } }),
      series({ name: 'load', type: 'gauge', unit: '1' }),
      series({ name: 'http.duration', unit: 'ms', labels: { 'http.route': '/' } }),
    ]);

    expect(text).toBe(
      [
        '# TYPE jobs counter',
        '# HELP jobs a \\"b\\"\\n\\\\c',
        'jobs_total{k="x\\n\\"y\\"\\\\"} 3',
        '# TYPE load_ratio gauge',
        '# UNIT load_ratio ratio',
        'load_ratio 2',
        '# TYPE http_duration_milliseconds summary',
        '# UNIT http_duration_milliseconds milliseconds',
        'http_duration_milliseconds{http_route="/",quantile="0.5"} 1.5',
        'http_duration_milliseconds_sum{http_route="/"} 3',
        'http_duration_milliseconds_count{http_route="/"} 2',
        '# EOF',
        '',
      ].join('\n'),
    );
    expect(checkOpenMetrics(text)).toContainEqual({
      name: 'jobs_total',
      labels: { k: 'x\n"y"\\' },
      value: 3,
    });
  });

  test('keeps apart what becomes the same name or the same labels', () => {
    const text = renderOpenMetrics([
      series({ name: 'a.b', type: 'gauge' }),
      series({ name: 'a_b', type: 'gauge' }),
      series({ name: 'a_b_total', type: 'counter' }),
      series({ name: 'c', type: 'gauge', labels: { 'x.y': '1' } }),
      series({ name: 'c', type: 'gauge', labels: { x_y: '1' } }),
      series({ name: 'c', type: 'gauge', labels: { x_y: '1', 'x.y': '2', quantile: '3', __name__: 'evil' } }),
    ]);

    expect(checkOpenMetrics(text)).toHaveLength(6);
    expect(text).toContain('x_y="2;1"');
    expect(text).toContain('exported_quantile="3"');
    expect(text).not.toContain('__name__');
  });

  test('makes a gauge of what goes below zero', () => {
    const text = renderOpenMetrics([
      series({}, { min: -1, sum: -3, quantiles: [{ quantile: 0.5, name: 'p50', value: -1 }] }),
    ]);

    expect(text).toBe('# TYPE m gauge\nm 2\nm{quantile="0.5"} -1\n# EOF\n');
  });

  test('writes nothing that a strict reader refuses, and loses no label value', () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.:/-]{0,12}$/);
    const one = fc.record({
      name: fc.oneof(name, fc.constantFrom('a', 'a_total', 'a.total', 'a_sum', 'a_count', 'a_2', '_', '__')),
      type: fc.constantFrom('counter' as const, 'gauge' as const, 'histogram' as const),
      unit: fc.option(
        fc.oneof(
          fc.constantFrom('s', 'By', '1', '{token}', 'By/s', '%', 'm/s', '__'),
          fc.string({ minLength: 1, maxLength: 5 }),
        ),
      ),
      description: fc.option(fc.string()),
      labels: fc.dictionary(fc.string({ minLength: 1, maxLength: 4 }), fc.string({ maxLength: 6 }), {
        maxKeys: 3,
      }),
      min: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), (given) => {
        // As in the database, a metric has one type and unit.
        const types = new Map(given.toReversed().map((metric) => [metric.name, metric]));
        const all = given.map(({ name: own, labels, min }) => {
          const { type = 'gauge', unit = null, description = null } = types.get(own) ?? {};
          const sum = type === 'counter' ? Math.abs(min) : min < 0 ? min : min + 1;
          return series(
            { name: own, type, unit, description, labels },
            { min: type === 'counter' ? 0 : min, sum, last: min },
          );
        });
        const text = renderOpenMetrics(all);
        const samples = checkOpenMetrics(text);
        expect(samples.length).toBeGreaterThanOrEqual(all.length);
        expect(
          renderPrometheus(all)
            .split('\n')
            .filter((line) => !line.startsWith('#') && line !== ''),
        ).toHaveLength(samples.length);
      }),
    );
  });
});

describe('renderPrometheus()', () => {
  test('names a counter with its _total, and ends without # EOF', () => {
    const text = renderPrometheus([series({ name: 'jobs_total', type: 'counter', description: 'say "hi"' })]);

    expect(text).toBe('# HELP jobs_total say "hi"\n# TYPE jobs_total counter\njobs_total 3\n');
  });
});

describe('names', () => {
  test.each([
    ['s', 'histogram', 'seconds'],
    ['By', 'gauge', 'bytes'],
    ['By/s', 'gauge', 'bytes_per_seconds'],
    ['{token}', 'counter', undefined],
    ['1', 'gauge', 'ratio'],
    ['1', 'counter', undefined],
    ['constructor', 'gauge', 'constructor'],
  ])('the unit %s of a %s is %s', (unit, type, expected) => {
    expect(unitSuffix(unit, type)).toBe(expected);
  });

  test.each([
    ['http.duration', 'histogram', 'seconds', 'http_duration_seconds'],
    ['duration_seconds', 'histogram', 'seconds', 'duration_seconds'],
    ['bytes_sent_total', 'counter', 'bytes', 'bytes_sent_bytes'],
    ['a//b', 'gauge', undefined, 'a_b'],
  ])('%s of the type %s in %s is %s', (name, type, unit, expected) => {
    expect(familyName(name, type, unit)).toBe(expected);
  });
});

describe('renderCsv()', () => {
  test('quotes what needs it, and disarms formulas', () => {
    const text = renderCsv([series({ unit: '=cmd()', labels: { k: 'a,b' } }, { last: null })]);

    expect(text).toBe(
      'name,type,unit,labels,start,end,count,sum,avg,min,max,last,p50\r\n' +
        'm,histogram,\'=cmd(),"{""k"":""a,b""}",1970-01-01T00:00:00.000Z,1970-01-01T01:00:00.000Z,2,3,1.5,1,2,,1.5\r\n',
    );
  });
});
