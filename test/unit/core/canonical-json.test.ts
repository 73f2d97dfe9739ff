import { assert, jsonValue, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../src/core/canonical-json.ts';

describe('canonicalJson()', () => {
  test('writes the example of RFC 8785, section 3.2.2', () => {
    const value: unknown = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);

    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test('sorts keys by UTF-16 units, as section 3.2.3 shows', () => {
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];

    const sorted: unknown = Object.keys(
      JSON.parse(canonicalJson(Object.fromEntries(keys.map((key) => [`_${key}`, 0])))),
    );

    expect(sorted).toEqual(
      ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'].map((key) => `_${key}`),
    );
  });

  test.each([
    [0, '0'],
    [-0, '0'],
    [5e-324, '5e-324'],
    [-1.7976931348623157e308, '-1.7976931348623157e+308'],
    [9007199254740992, '9007199254740992'],
    [1e21, '1e+21'],
    [999999999999999700000, '999999999999999700000'],
    [0.000001, '0.000001'],
    [1e-7, '1e-7'],
  ])('writes the number %d as %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, '\ud800', { a: ['\udc00'] }, [undefined], () => 0])(
    'refuses what JSON cannot carry',
    (value) => {
      expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: 'IRIS_INVALID_ARGUMENT' }));
    },
  );

  test('refuses circles, and leaves undefined keys out', () => {
    const circle: unknown[] = [];
    circle.push(circle);

    expect(() => canonicalJson(circle)).toThrow('circles');
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
  });

  test('keeps every value, and does not depend on the order of keys', () => {
    assert(
      property(jsonValue({ noUnicodeString: false }), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
        expect(canonicalJson(backwards(plain))).toBe(canonicalJson(plain));
      }),
      { numRuns: 100 },
    );
  });
});

function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, backwards(item)]),
  );
}
