import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderPrompt, type PromptSource } from '../../../../src/tools/prompts/render-prompt.ts';

describe('renderPrompt()', () => {
  test('replaces declared names in single braces, and leaves JSON alone', () => {
    const prompt = source('main', 'Say {word} as {"word": {other}} {user.name}', {
      format: 'fstring',
      variables: ['word', 'user.name'],
    });

    const rendered = renderPrompt(prompt, {
      variables: { word: '{other}', user: { name: 'Jo' } },
      includes: {},
    });

    expect(rendered).toEqual({ text: 'Say {other} as {"word": {other}} Jo', missing: [] });
  });

  test('leaves plain text as it is', () => {
    const prompt = source('main', '{{a}} {b}', { format: 'plain', variables: ['b'] });

    expect(renderPrompt(prompt, { variables: { a: 1, b: 2 }, includes: {} }).text).toBe('{{a}} {b}');
  });

  test('tells what is missing wherever it would be printed, and takes null for a value', () => {
    const prompt = source('main', '{{a}}{{b.c}}{{#s}}{{hidden}}{{/s}}{{n}}{{>part}}');
    const part = source('part', '{d}', { format: 'fstring', variables: ['d'] });

    const rendered = renderPrompt(prompt, { variables: { b: {}, n: null }, includes: { part } });

    expect(rendered).toEqual({ text: '', missing: ['a', 'b.c', 'd'] });
  });

  test('renders each message of a chat', () => {
    const prompt = source('main', [
      { role: 'system', content: 'Be {{tone}}.' },
      { role: 'user', content: '{{question}}' },
    ]);

    const { messages } = renderPrompt(prompt, {
      variables: { tone: 'brief', question: '{{tone}}?' },
      includes: {},
    });

    expect(messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: '{{tone}}?' },
    ]);
  });

  test('includes prompts five deep and no deeper', () => {
    const chain = (length: number): Record<string, PromptSource> =>
      Object.fromEntries(
        Array.from({ length }, (_, index) => [
          `p${index}`,
          source(`p${index}`, index === length - 1 ? 'end' : `{{>p${index + 1}}}`),
        ]),
      );

    expect(renderPrompt(source('main', '{{>p0}}'), { variables: {}, includes: chain(5) }).text).toBe('end');
    expect(() => renderPrompt(source('main', '{{>p0}}'), { variables: {}, includes: chain(6) })).toThrow(
      expect.objectContaining({ code: 'IRIS_INVALID_ARGUMENT', message: expect.stringContaining('5 deep') }),
    );
  });

  test('refuses circles, chats and what is not there', () => {
    const render = (includes: Record<string, PromptSource | null>) => () =>
      renderPrompt(source('main', '{{>a}}'), { variables: {}, includes });

    expect(render({ a: source('a', '{{>b}}'), b: source('b', '{{>a}}') })).toThrow(
      'Prompts include each other: main@1 > a@1 > b@1 > a@1',
    );
    expect(render({ a: source('a', [{ role: 'user', content: 'x' }]) })).toThrow('is a chat');
    expect(render({ a: null })).toThrow(expect.objectContaining({ code: 'IRIS_NOT_FOUND' }));
  });

  test('ends a rendering that grows without bounds', () => {
    const list = Array.from({ length: 200 }, () => 0.5);
    const template = '{{#l}}{{#l}}{{#l}}{{#l}}x{{/l}}{{/l}}{{/l}}{{/l}}';

    expect(() => renderPrompt(source('main', template), { variables: { l: list }, includes: {} })).toThrow(
      expect.objectContaining({ code: 'IRIS_LIMIT_EXCEEDED' }),
    );
  });

  test('never parses a value again', () => {
    assert(
      property(string(), string(), (a, b) => {
        const value = `{{b}}${a}{{/x}}{b}`;
        const { text } = renderPrompt(source('main', '<{{a}}|{{b}}>'), {
          variables: { a: value, b },
          includes: {},
        });
        expect(text).toBe(`<${value}|${b}>`);
      }),
      { numRuns: 100 },
    );
  });
});

function source(
  name: string,
  template: PromptSource['template'],
  { format = 'mustache', variables = [] }: Partial<PromptSource> = {},
): PromptSource {
  return { name, version: 1, format, template, variables };
}
