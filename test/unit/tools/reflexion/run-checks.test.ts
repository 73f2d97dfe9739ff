import { describe, expect, test } from 'vitest';
import { reflexionEvaluate, type Check } from '../../../../src/contract/tools/reflexion.ts';
import { runChecks, type CheckResult } from '../../../../src/tools/reflexion/run-checks.ts';

describe('runChecks()', () => {
  test.each([
    ['Paris', { type: 'equals', value: 'Paris' }, true],
    ['Paris ', { type: 'equals', value: 'Paris' }, false],
    ['{"b":1,"a":[2]}', { type: 'equals', value: { a: [2], b: 1 } }, true],
    ['nonsense', { type: 'equals', value: 1 }, false],
    ['in Paris', { type: 'contains', value: 'paris' }, false],
    ['in Paris', { type: 'contains', value: 'paris', ignoreCase: true }, true],
    ['in Paris', { type: 'not_contains', value: 'Rome' }, true],
    ['abc 12', { type: 'regex', pattern: '^ABC \\d+$', flags: 'i' }, true],
    ['abc', { type: 'regex', pattern: '\\d' }, false],
    ['[1]', { type: 'json_valid' }, true],
    ['[1', { type: 'json_valid' }, false],
    [
      '{"n":1}',
      { type: 'json_schema', schema: { required: ['n'], properties: { n: { type: 'integer' } } } },
      true,
    ],
    ['{"n":1.5}', { type: 'json_schema', schema: { properties: { n: { type: 'integer' } } } }, false],
    ['no json', { type: 'json_schema', schema: true }, false],
    ['about 3.14', { type: 'number_close', value: 3.145, absTol: 0.01 }, true],
    ['about 3.14', { type: 'number_close', value: 3.2 }, false],
    ['the cat sat', { type: 'token_f1', reference: 'cat sat down', min: 0.8 }, true],
    ['kitten', { type: 'similarity', reference: 'sitting' }, false],
    ['äöü', { type: 'max_length', value: 3 }, true],
    ['😀', { type: 'min_length', value: 2 }, false],
  ])('of %j with %j: %s', async (output, check, passed) => {
    expect((await run(output, check))[0]?.passed).toBe(passed);
  });

  test('ends an expression that goes back for ever, and goes on with the next', async () => {
    const results = await run(
      `${'a'.repeat(60)}!`,
      { type: 'regex', pattern: '^(a+)+$', name: 'slow' },
      { type: 'regex', pattern: '!$', name: 'fast' },
    );

    expect(results).toMatchObject([
      { name: 'slow', passed: false, detail: expect.stringContaining('100 ms') },
      { name: 'fast', passed: true },
    ]);
  });

  test('ends a schema that takes for ever', async () => {
    const schema = { type: 'string', pattern: '^(a+)+$' };

    const [result] = await run(JSON.stringify(`${'a'.repeat(60)}!`), { type: 'json_schema', schema });

    expect(result).toMatchObject({ passed: false, detail: expect.stringContaining('1000 ms') });
  });

  test.each([
    { type: 'regex', pattern: '(' },
    { type: 'regex', pattern: 'a', flags: 'gg' },
    { type: 'json_schema', schema: { $ref: 'https://example.com/schema.json' } },
    { type: 'json_schema', schema: { type: 'nothing' } },
  ])('refuses the check %j', async (check) => {
    await expect(run('text', check)).rejects.toMatchObject({ code: 'IRIS_INVALID_ARGUMENT' });
  });

  // Written after the sections of the drafts, one or two for each keyword.
  test.each([
    [{ prefixItems: [{ type: 'integer' }], items: { type: 'string' } }, [1, 'a'], true],
    [{ prefixItems: [{ type: 'integer' }], items: { type: 'string' } }, [1, 2], false],
    [{ unevaluatedProperties: false, allOf: [{ properties: { a: true } }] }, { a: 1 }, true],
    [{ unevaluatedProperties: false, allOf: [{ properties: { a: true } }] }, { b: 1 }, false],
    [{ dependentRequired: { a: ['b'] } }, { a: 1 }, false],
    [{ contains: { const: 5 }, minContains: 2 }, [5, 5], true],
    [{ contains: { const: 5 }, minContains: 2 }, [5], false],
    [{ if: { const: 1 }, else: false }, 2, false],
    [{ $defs: { n: { type: 'null' } }, $ref: '#/$defs/n' }, null, true],
    [{ type: 'string', format: 'date' }, '2026-02-30', false],
    [{ type: 'number', multipleOf: 0.5 }, 1.5, true],
    [{ uniqueItems: true }, [{ a: 1 }, { a: 1 }], false],
    [{ unknownKeyword: 1 }, 'anything', true],
    [false, 1, false],
    [{ $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'integer' }] }, [1, 'x'], true],
  ])('of the schema %j with %j: %s', async (schema, value, passed) => {
    const [result] = await run(JSON.stringify(value), { type: 'json_schema', schema });

    expect(result?.passed).toBe(passed);
  });
});

/** Checks as the contract lets them in. */
async function run(output: string, ...checks: object[]): Promise<readonly CheckResult[]> {
  const parsed: readonly Check[] = reflexionEvaluate.input.parse({ input: '', output, checks }).checks ?? [];
  return await runChecks(parsed, output, new AbortController().signal);
}
