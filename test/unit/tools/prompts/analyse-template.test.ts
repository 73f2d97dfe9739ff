import { describe, expect, test } from 'vitest';
import { analyseTemplate } from '../../../../src/tools/prompts/analyse-template.ts';

describe('analyseTemplate()', () => {
  test.each([
    ['Hi {{name}}', undefined, 'mustache', ['name']],
    [
      '{{#user.tags}}{{.}}{{/user.tags}}{{^none}}{{note}}{{/none}}',
      undefined,
      'mustache',
      ['user.tags', 'none', 'note'],
    ],
    ['{{{raw}}} {{& also}} {{! comment}}', undefined, 'mustache', ['raw', 'also']],
    ['Hi {language}', ['language'], 'fstring', ['language']],
    ['Hi {language}', undefined, 'plain', []],
    ['{"a": {"b": 1}}', undefined, 'plain', []],
    ['{{"a": 1}}', undefined, 'plain', []],
    ['Hi {a}', ['a', 'b'], 'plain', ['a', 'b']],
  ] as const)('%s with %j is %s', (template, declared, format, variables) => {
    expect(analyseTemplate(template, declared, 'auto')).toMatchObject({ format, variables });
  });

  test('warns of what is declared and not used, and the other way round', () => {
    const template = '{{used}} {{user.name}} {{extra}} {{#items}}{{title}}{{/items}}';

    const { warnings } = analyseTemplate(template, ['used', 'user', 'items', 'idle'], 'auto');

    expect(warnings).toEqual([
      'The variable idle is declared and not used',
      'The variable extra is used and not declared',
    ]);
  });

  test('warns of single braces that look like variables, and of plain text with variables', () => {
    expect(analyseTemplate('{a} {b}', ['a'], 'auto').warnings).toEqual([
      'The variable b is used and not declared',
    ]);
    expect(analyseTemplate('none', ['a'], 'auto').warnings[0]).toContain('plain');
  });

  test('finds includes and refuses names that no prompt can have', () => {
    expect(analyseTemplate('{{> a/b@production}}{{#s}}{{>c@3}}{{/s}}', undefined, 'auto').includes).toEqual([
      'a/b@production',
      'c@3',
    ]);
    expect(() => analyseTemplate('{{> ../x y}}', undefined, 'mustache')).toThrow('names no prompt');
  });

  test.each(['{{#a}}', '{{/a}}', '{{a', '{{#a}}{{/b}}'])('refuses the broken mustache %s', (template) => {
    expect(() => analyseTemplate(template, undefined, 'mustache')).toThrow(
      expect.objectContaining({ code: 'IRIS_INVALID_ARGUMENT' }),
    );
  });

  test('refuses sections nested without end', () => {
    const template = `${'{{#a}}'.repeat(5000)}${'{{/a}}'.repeat(5000)}`;

    expect(() => analyseTemplate(template, undefined, 'mustache')).toThrow('too many sections');
  });

  test('ends parsing that takes too long', () => {
    expect(() => analyseTemplate(`{{a${' '.repeat(250_000)}`, undefined, 'mustache')).toThrow(
      expect.objectContaining({ code: 'IRIS_LIMIT_EXCEEDED' }),
    );
  });
});
