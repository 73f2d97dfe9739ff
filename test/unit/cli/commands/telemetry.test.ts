import { describe, expect, test } from 'vitest';
import { readDocuments } from '../../../../src/cli/commands/telemetry/read-documents.ts';
import { splitOtlp } from '../../../../src/cli/commands/telemetry/split-otlp.ts';

const MIB = 1024 * 1024;

describe('splitOtlp()', () => {
  const span = (index: number, size: number) => ({ spanId: String(index), name: 'x'.repeat(size) });
  const document = (spans: readonly object[]) => ({
    resourceSpans: [{ resource: { r: 1 }, scopeSpans: [{ scope: { s: 1 }, spans }] }],
  });

  test('leaves alone what is small, and what is no OTLP', () => {
    expect(splitOtlp(document([span(1, 10)]))).toEqual([document([span(1, 10)])]);
    expect(splitOtlp('x'.repeat(2 * MIB))).toHaveLength(1);
  });

  test('parts what is large, and every part says where it comes from', () => {
    const spans = Array.from({ length: 40 }, (_, index) => span(index, 100_000));
    const parts = splitOtlp(document(spans));

    expect(parts.length).toBeGreaterThan(3);
    expect(parts.every((part) => JSON.stringify(part).length <= MIB)).toBe(true);
    expect(parts.flatMap((part) => JSON.stringify(part).match(/"spanId":"\d+"/g))).toEqual(
      spans.map(({ spanId }) => `"spanId":"${spanId}"`),
    );
    expect(parts.every((part) => JSON.stringify(part).includes('"resource":{"r":1}'))).toBe(true);
  });

  test('keeps one span whole that is too large by itself', () => {
    expect(splitOtlp(document([span(1, 2 * MIB)]))).toHaveLength(1);
  });
});

describe('readDocuments()', () => {
  test.each([
    ['{"a":1}', [{ line: 1, document: { a: 1 } }]],
    ['{\n"a":1}\n', [{ line: 1, document: { a: 1 } }]],
    [
      '{"a":1}\n\n{"b":2}\n',
      [
        { line: 1, document: { a: 1 } },
        { line: 3, document: { b: 2 } },
      ],
    ],
  ])('reads %j', (text, documents) => {
    expect(readDocuments(text, 'f')).toEqual(documents);
  });

  test.each([
    ['{"a":1}\n{"b":\n', 'line 2 of f'],
    ['{\n"a":\n}', 'in f'],
    ['', 'in f'],
  ])('names the place in %j', (text, place) => {
    expect(() => readDocuments(text, 'f')).toThrow(place);
  });
});
