import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { toJsonSchemas } from '../../../src/contract/tools/json-schema.ts';
import { allContracts } from '../../../src/contract/tools/registry.ts';
import { compactSchema, outlineSchema } from '../../../src/mcp/schema/compact-schema.ts';
import { toAnnotations } from '../../../src/mcp/server/register-tool.ts';

const ajv = new Ajv2020({ strict: false, validateFormats: false });

describe.for(allContracts.map((contract) => [contract.name, contract] as const))('%s', ([, contract]) => {
  const { input, output } = toJsonSchemas(contract);
  const compact = compactSchema(input, 1);

  test('lets its example in and an unknown parameter not', () => {
    const validate = ajv.compile({ ...compact });

    expect(validate(contract.example)).toBe(true);
    expect(validate({ ...Object(contract.example), noSuchParameter: 1 })).toBe(false);
  });

  test('names every parameter, and every field that the answer always has', () => {
    expect(Object.keys(Object(compact['properties']))).toEqual(Object.keys(Object(input['properties'])));
    const told = Object.keys(Object(outlineSchema(output)['properties']));
    expect(told.length).toBeGreaterThan(0);
    for (const key of Array.isArray(output['required']) ? output['required'] : [])
      expect(told).toContain(key);
    expect(compact['required']).toEqual(input['required']);
  });

  test('has no references left', () => {
    expect(JSON.stringify(compact)).not.toContain('$ref');
  });

  test('has the hints of its effect', () => {
    expect(toAnnotations(contract)).toEqual({
      readOnlyHint: contract.effect === 'read',
      destructiveHint: contract.effect === 'delete',
      idempotentHint: contract.isIdempotent,
      openWorldHint: false,
    });
  });
});

describe('compactSchema()', () => {
  test('turns objects that differ by a constant into one with the constants', () => {
    const kind = (value: string) => ({ type: 'object', properties: { type: { const: value } } });

    expect(compactSchema({ oneOf: [kind('a'), kind('b')] }, 1)).toEqual({
      type: 'object',
      properties: { type: { enum: ['a', 'b'] } },
      required: ['type'],
    });
  });

  test('takes the properties of what lies deep, and with them what is required', () => {
    const deep = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };

    expect(compactSchema({ type: 'object', properties: { deep } }, 1)).toEqual({
      type: 'object',
      properties: { deep: { type: 'object' } },
    });
  });
});
