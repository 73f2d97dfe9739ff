import { array, assert, jsonValue, property } from 'fast-check';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { toIdentifier } from '../../../src/contract/mcp/tool-identifier.ts';
import { toAnswer } from '../../../src/servers/answer/to-answer.ts';
import { mergeShapes, shapeOf } from '../../../src/servers/shape/shape.ts';

const text = (value: string) => ({ type: 'text' as const, text: value });

describe('toAnswer()', () => {
  test.each([
    [{ content: [text('{"a":1}')], structuredContent: { a: 2 } }, { a: 2 }],
    [{ content: [text('{"a":1}')] }, { a: 1 }],
    [{ content: [text(' [1]')] }, [1]],
    [{ content: [text('{ not json')] }, '{ not json'],
    [{ content: [text('42')] }, '42'],
    [{ content: [] }, { content: [] }],
    [{ content: [text('a'), text('b')] }, { content: [text('a'), text('b')] }],
  ])('of %j', (result, expected) => {
    expect(toAnswer(result)).toEqual(expected);
  });

  test('throws what a tool says that failed, shortened', () => {
    const fail = (value: string) => () => toAnswer({ content: [text(value)], isError: true });

    expect(fail('no paper')).toThrow(expect.objectContaining({ code: 'TOOL_FAILED', message: 'no paper' }));
    expect(fail('')).toThrow('did not say why');
    expect(fail('x'.repeat(9_000))).toThrow(/^x{4000}…$/);
  });
});

describe('shapes', () => {
  const ajv = new Ajv2020({ strict: false });

  test('hold for every value that they were made of', () => {
    assert(
      property(array(jsonValue({ maxDepth: 4 }), { minLength: 1, maxLength: 5 }), (values) => {
        const shape = values.map((value) => shapeOf(value)).reduce(mergeShapes);
        const isValid = ajv.compile({ ...shape });
        for (const value of values) expect(isValid(value)).toBe(true);
      }),
    );
  });

  test('have what all values have as required, and no content', () => {
    const shape = mergeShapes(shapeOf({ id: 1, name: 'Ada' }), shapeOf({ id: 2, tags: ['x'] }));

    expect(shape).toEqual({
      type: 'object',
      properties: {
        id: { type: 'number' },
        name: { type: 'string' },
        tags: { type: 'array', items: { type: 'string' } },
      },
      required: ['id'],
    });
    expect(
      JSON.stringify(shapeOf(Object.fromEntries(Array.from({ length: 99 }, (_, at) => [`user-${at}`, 1])))),
    ).toBe('{"type":"object","additionalProperties":{"type":"number"}}');
  });
});

test.each([
  ['create_issue', 'createIssue'],
  ['create-issue', 'createIssue'],
  ['browser.click', 'browserClick'],
  ['search', 'search'],
  ['getURL', 'getURL'],
  ['2fa-check', '_2faCheck'],
  ['delete', '_delete'],
  ['_secret', 'secret'],
  ['--', '_'],
])('toIdentifier(%s) is %s', (name, expected) => {
  expect(toIdentifier(name)).toBe(expected);
});
