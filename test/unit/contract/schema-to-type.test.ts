import { expect, test } from 'vitest';
import { docText, schemaToType } from '../../../src/contract/schema-to-type.ts';

test.each([
  [{ type: 'string' }, 'string'],
  [{ type: 'integer' }, 'number'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ enum: ['a', 'b', 1] }, '"a" | "b" | 1'],
  [{ const: true }, 'true'],
  [{ type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'number' }] } }, '(string | number)[]'],
  [{ type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }] }, '[string, number]'],
  [{ type: 'object', additionalProperties: { type: 'number' } }, 'Record<string, number>'],
  [{ type: 'object', properties: {}, additionalProperties: false }, 'Record<string, never>'],
  [{ anyOf: [{ type: 'string' }, {}] }, 'unknown'],
  [{ $ref: '#/$defs/x' }, 'unknown'],
  [7, 'unknown'],
])('schemaToType(%j)', (schema, expected) => {
  expect(schemaToType(schema)).toBe(expected);
});

test('schemaToType() writes objects with what their keys are for', () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'string', description: 'One\n line. */ evil()' }, 'b-c': { type: 'boolean' } },
    required: ['a'],
    additionalProperties: false,
  };
  expect(schemaToType(schema)).toBe('{\n  /** One line. *\\/ evil() */\n  a: string;\n  "b-c"?: boolean;\n}');
});

test('schemaToType() ends on a schema that never does', () => {
  const endless: Record<string, unknown> = { type: 'array' };
  endless['items'] = endless;
  expect(schemaToType(endless)).toContain('unknown');
});

test('docText() cannot end the comment that it stands in', () => {
  expect(docText('a */ b */')).not.toContain('*/');
});

test('schemaToType() follows references within the schema, and not in circles', () => {
  const schema = {
    type: 'object',
    properties: {
      owner: { $ref: '#/$defs/person' },
      tree: { $ref: '#/$defs/tree' },
      other: { $ref: 'https://example.org/schema' },
      lost: { $ref: '#/$defs/none' },
    },
    $defs: {
      person: { type: 'object', properties: { id: { $ref: '#/$defs/a~1b' } }, required: ['id'] },
      'a/b': { type: 'number' },
      tree: { type: 'object', properties: { children: { type: 'array', items: { $ref: '#/$defs/tree' } } } },
    },
  };

  expect(schemaToType(schema).replaceAll(/\s+/g, ' ')).toBe(
    '{ owner?: { id: number; }; tree?: unknown; other?: unknown; lost?: unknown; }',
  );
});
