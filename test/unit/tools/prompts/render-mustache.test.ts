import { describe, expect, test } from 'vitest';
import { renderPrompt, type PromptSource } from '../../../../src/tools/prompts/render-prompt.ts';

interface SpecCase {
  readonly name: string;
  readonly template: string;
  readonly data?: Record<string, unknown>;
  readonly partials?: Record<string, string>;
  readonly expected: string;
}

const cases: readonly SpecCase[] = [
  // Interpolation
  { name: 'no tags', template: 'Hello {all}!\n', expected: 'Hello {all}!\n' },
  { name: 'a value', template: 'Hi, {{who}}!\n', data: { who: 'Ann' }, expected: 'Hi, Ann!\n' },
  {
    name: 'a value is not parsed again',
    template: '{{a}}: {{b}}',
    data: { a: '{{b}}', b: 'x' },
    expected: '{{b}}: x',
  },
  { name: 'two braces do not escape', template: '{{a}}', data: { a: '& " < >' }, expected: '& " < >' },
  { name: 'three braces do not escape', template: '{{{a}}}', data: { a: '& " < >' }, expected: '& " < >' },
  { name: 'ampersand does not escape', template: '{{&a}}', data: { a: '& " < >' }, expected: '& " < >' },
  { name: 'integer', template: '{{n}} {{{n}}} {{&n}}', data: { n: 85 }, expected: '85 85 85' },
  { name: 'decimal', template: '{{n}}', data: { n: 1.21 }, expected: '1.21' },
  { name: 'null', template: 'I ({{x}}).', data: { x: null }, expected: 'I ().' },
  { name: 'absent', template: 'I ({{x}}) ({{{x}}}) ({{&x}}).', expected: 'I () () ().' },
  { name: 'dotted', template: '{{p.n}} {{{p.n}}} {{&p.n}}', data: { p: { n: 'J' } }, expected: 'J J J' },
  { name: 'dotted deep', template: '{{a.b.c.d}}', data: { a: { b: { c: { d: 'P' } } } }, expected: 'P' },
  { name: 'dotted broken', template: '[{{a.b.c}}]', data: { a: {} }, expected: '[]' },
  {
    name: 'dotted broken resolution',
    template: '[{{a.b.c.n}}]',
    data: { a: { b: {} }, c: { n: 'J' } },
    expected: '[]',
  },
  {
    name: 'dotted first part decides',
    template: '{{#a}}{{b.c}}{{/a}}',
    data: { a: { b: { c: 'P' } }, b: { c: 'no' } },
    expected: 'P',
  },
  {
    name: 'dotted context precedence',
    template: '[{{#a}}{{b.c}}{{/a}}]',
    data: { a: { b: {} }, b: { c: 'no' } },
    expected: '[]',
  },
  { name: 'implicit', template: 'Hi {{.}}', data: undefined, expected: 'Hi {}' },
  { name: 'space around a value stays', template: '| {{s}} |', data: { s: '-' }, expected: '| - |' },
  { name: 'a value alone on a line stays', template: '  {{s}}\n', data: { s: '-' }, expected: '  -\n' },
  { name: 'space in tags', template: '|{{ s }}|{{{ s }}}|{{& s }}|', data: { s: '-' }, expected: '|-|-|-|' },
  // Sections
  { name: 'section true', template: '[{{#b}}in{{/b}}]', data: { b: true }, expected: '[in]' },
  { name: 'section false', template: '[{{#b}}in{{/b}}]', data: { b: false }, expected: '[]' },
  { name: 'section null', template: '[{{#b}}in{{/b}}]', data: { b: null }, expected: '[]' },
  { name: 'section absent', template: '[{{#b}}in{{/b}}]', expected: '[]' },
  { name: 'section object', template: '{{#p}}Hi {{n}}{{/p}}', data: { p: { n: 'Jo' } }, expected: 'Hi Jo' },
  { name: 'section sees outside', template: '{{#p}}{{o}}{{/p}}', data: { p: { n: 1 }, o: 2 }, expected: '2' },
  {
    name: 'section list',
    template: '{{#l}}{{i}}{{/l}}',
    data: { l: [{ i: 1 }, { i: 2 }, { i: 3 }] },
    expected: '123',
  },
  { name: 'section empty list', template: '[{{#l}}no{{/l}}]', data: { l: [] }, expected: '[]' },
  {
    name: 'nested sections with the same name',
    template: '{{#b}}A{{#b}}B{{/b}}C{{/b}}',
    data: { b: true },
    expected: 'ABC',
  },
  {
    name: 'variable test',
    template: '{{#foo}}{{.}} is {{foo}}{{/foo}}',
    data: { foo: 'bar' },
    expected: 'bar is bar',
  },
  {
    name: 'list of contexts',
    template:
      '{{#tops}}{{#middles}}{{tn.l}}{{mn}}.{{#bottoms}}{{tn.u}}{{mn}}{{bn}}.{{/bottoms}}{{/middles}}{{/tops}}',
    data: {
      tops: [{ tn: { l: 'a', u: 'A' }, middles: [{ mn: '1', bottoms: [{ bn: 'x' }, { bn: 'y' }] }] }],
    },
    expected: 'a1.A1x.A1y.',
  },
  { name: 'implicit strings', template: '{{#l}}({{.}}){{/l}}', data: { l: ['a', 'b'] }, expected: '(a)(b)' },
  { name: 'implicit numbers', template: '{{#l}}({{.}}){{/l}}', data: { l: [1, 2.5] }, expected: '(1)(2.5)' },
  {
    name: 'implicit lists',
    template: '{{#l}}({{#.}}{{.}}{{/.}}){{/l}}',
    data: {
      l: [
        [1, 2],
        ['a', 'b'],
      ],
    },
    expected: '(12)(ab)',
  },
  {
    name: 'dotted section',
    template: '[{{#a.b.c}}in{{/a.b.c}}]',
    data: { a: { b: { c: true } } },
    expected: '[in]',
  },
  { name: 'dotted section broken', template: '[{{#a.b.c}}in{{/a.b.c}}]', data: { a: {} }, expected: '[]' },
  {
    name: 'section inline space',
    template: ' | {{#b}}\t|\t{{/b}} | \n',
    data: { b: true },
    expected: ' | \t|\t | \n',
  },
  {
    name: 'section inner space',
    template: ' | {{#b}} {{! c }}\n {{/b}} | \n',
    data: { b: true },
    expected: ' |  \n  | \n',
  },
  {
    name: 'standalone section lines go',
    template: '| This\n{{#b}}\n|\n{{/b}}\n| Line\n',
    data: { b: true },
    expected: '| This\n|\n| Line\n',
  },
  {
    name: 'indented standalone lines go',
    template: '| This\n  {{#b}}\n|\n  {{/b}}\n| Line\n',
    data: { b: true },
    expected: '| This\n|\n| Line\n',
  },
  { name: 'standalone CRLF', template: '|\r\n{{#b}}\r\n{{/b}}\r\n|', data: { b: true }, expected: '|\r\n|' },
  {
    name: 'standalone without line before',
    template: '  {{#b}}\n#{{/b}}\n/',
    data: { b: true },
    expected: '#\n/',
  },
  {
    name: 'standalone without line after',
    template: '#{{#b}}\n/\n  {{/b}}',
    data: { b: true },
    expected: '#\n/\n',
  },
  { name: 'section padding', template: '|{{# b }}={{/ b }}|', data: { b: true }, expected: '|=|' },
  // Inverted sections
  { name: 'inverted false', template: '[{{^b}}in{{/b}}]', data: { b: false }, expected: '[in]' },
  { name: 'inverted true', template: '[{{^b}}in{{/b}}]', data: { b: true }, expected: '[]' },
  { name: 'inverted null', template: '[{{^b}}in{{/b}}]', data: { b: null }, expected: '[in]' },
  { name: 'inverted object', template: '[{{^c}}in{{/c}}]', data: { c: { n: 1 } }, expected: '[]' },
  { name: 'inverted list', template: '[{{^l}}in{{/l}}]', data: { l: [{ n: 1 }] }, expected: '[]' },
  { name: 'inverted empty list', template: '[{{^l}}in{{/l}}]', data: { l: [] }, expected: '[in]' },
  { name: 'inverted absent', template: '[{{^x}}in{{/x}}]', expected: '[in]' },
  { name: 'inverted dotted', template: '[{{^a.b}}in{{/a.b}}]', data: { a: { b: false } }, expected: '[in]' },
  {
    name: 'inverted standalone',
    template: '| a\n{{^b}}\n|\n{{/b}}\n| z',
    data: { b: false },
    expected: '| a\n|\n| z',
  },
  // Comments
  { name: 'comment inline', template: '12345{{! c }}67890', expected: '1234567890' },
  { name: 'comment of many lines', template: '12345{{!\n  c\n}}67890\n', expected: '1234567890\n' },
  { name: 'comment standalone', template: 'Begin.\n  {{! c }}\nEnd.\n', expected: 'Begin.\nEnd.\n' },
  { name: 'comment standalone, many lines', template: 'Begin.\n{{!\nc\n}}\nEnd.', expected: 'Begin.\nEnd.' },
  { name: 'comment keeps space around', template: '12345 {{! c }} 67890', expected: '12345  67890' },
  // Delimiters
  { name: 'delimiters', template: '{{=<% %>=}}(<%t%>)', data: { t: 'Hey' }, expected: '(Hey)' },
  {
    name: 'delimiters of special characters',
    template: '({{=[ ]=}}[t])',
    data: { t: 'Hey' },
    expected: '(Hey)',
  },
  {
    name: 'delimiters in sections',
    template: '[{{#s}}{{d}}|d|{{/s}}{{= | | =}}|#s|{{d}}|d||/s|]',
    data: { s: true, d: 'I' },
    expected: '[I|d|{{d}}I]',
  },
  {
    name: 'delimiters do not reach includes',
    template: '{{=| |=}}|>p|',
    data: { v: 'y' },
    partials: { p: '.{{v}}.' },
    expected: '.y.',
  },
  {
    name: 'delimiters stay inside includes',
    template: '{{>p}}.{{v}}. .|v|.',
    data: { v: 'y' },
    partials: { p: '{{=| |=}}.|v|. ' },
    expected: '.y. .y. .|v|.',
  },
  { name: 'delimiters standalone', template: 'Begin.\n  {{=@ @=}}\nEnd.', expected: 'Begin.\nEnd.' },
  // Includes
  { name: 'include', template: '"{{>p}}"', partials: { p: 'from' }, expected: '"from"' },
  {
    name: 'include sees the values',
    template: '"{{>p}}"',
    data: { t: 'c' },
    partials: { p: '*{{t}}*' },
    expected: '"*c*"',
  },
  {
    name: 'include in a section sees its item',
    template: '{{#l}}{{>p}}{{/l}}',
    data: { l: [{ i: 1 }, { i: 2 }] },
    partials: { p: '<{{i}}>' },
    expected: '<1><2>',
  },
  {
    name: 'include keeps space around',
    template: '| {{>p}} |',
    partials: { p: '\t|\t' },
    expected: '| \t|\t |',
  },
  {
    name: 'include inline is not indented',
    template: '  {{d}}  {{> p}}\n',
    data: { d: '|' },
    partials: { p: '>\n>' },
    expected: '  |  >\n>\n',
  },
  {
    name: 'include before text is not indented',
    template: '  {{> p}} t',
    partials: { p: '>\n>' },
    expected: '  >\n> t',
  },
  {
    name: 'include standalone without line before',
    template: '  {{>p}}\n>',
    partials: { p: '>\n>' },
    expected: '  >\n  >>',
  },
  {
    name: 'include standalone without line after',
    template: '>\n  {{>p}}',
    partials: { p: '>\n>' },
    expected: '>\n  >\n  >',
  },
  {
    name: 'include standalone CRLF',
    template: '|\r\n{{>p}}\r\n|',
    partials: { p: '>' },
    expected: '|\r\n>|',
  },
  {
    name: 'include standalone indents its lines and no values',
    template: '\\\n {{>p}}\n/\n',
    data: { c: '<\n->' },
    partials: { p: '|\n{{{c}}}\n|\n' },
    expected: '\\\n |\n <\n->\n |\n/\n',
  },
  { name: 'include padding', template: '|{{> p }}|', partials: { p: '[]' }, expected: '|[]|' },
  // Own rules
  {
    name: 'lists and objects are JSON',
    template: '{{l}} {{o}}',
    data: { l: [1, 'a'], o: { a: 1 } },
    expected: '[1,"a"] {"a":1}',
  },
  {
    name: 'nothing is inherited',
    template: '[{{constructor}}{{a.toString}}{{__proto__}}]',
    data: { a: {} },
    expected: '[]',
  },
  { name: 'zero is printed', template: '{{n}}', data: { n: 0 }, expected: '0' },
];

describe('mustache', () => {
  test.each(cases)('$name', ({ template, data = {}, partials = {}, expected }) => {
    const includes = Object.fromEntries(
      Object.entries(partials).map(([name, text]) => [name, mustacheOf(name, text)]),
    );

    const { text } = renderPrompt(mustacheOf('main', template), { variables: data, includes });

    expect(text).toBe(expected);
  });
});

function mustacheOf(name: string, template: string): PromptSource {
  return { name, version: 1, format: 'mustache', template, variables: [] };
}
