import { describe, expect, test } from 'vitest';
import { renderPrompt } from '../../../../src/tools/prompts/render-prompt.ts';

type FormCase = readonly [name: string, template: string, data: Record<string, unknown>, expected: string];

const interpolation: readonly FormCase[] = [
  ['three braces keep the space around', '| {{{s}}} |', { s: '-' }, '| - |'],
  ['an ampersand keeps the space around', '| {{&s}} |', { s: '-' }, '| - |'],
  ['three braces alone on a line', '  {{{s}}}\n', { s: '-' }, '  -\n'],
  ['an ampersand alone on a line', '  {{&s}}\n', { s: '-' }, '  -\n'],
  ['decimal in three braces and with an ampersand', '{{{n}}} {{&n}}', { n: 1.21 }, '1.21 1.21'],
  ['null in three braces and with an ampersand', '({{{x}}}) ({{&x}})', { x: null }, '() ()'],
  [
    'a chain that ends in nothing',
    '"{{a.b.c.name}}" == ""',
    { a: { b: {} }, c: { name: 'Jim' } },
    '"" == ""',
  ],
  [
    'the first part of a chain is looked up, the rest is not',
    '{{#a}}{{b.c.d.e.name}}{{/a}}',
    { a: { b: { c: { d: { e: { name: 'P' } } } } }, b: { c: { d: { e: { name: 'no' } } } } },
    'P',
  ],
];

const deep = { a: { one: 1 }, b: { two: 2 }, c: { three: 3, d: { four: 4, five: 5 } } };
const sections: readonly FormCase[] = [
  ['sections see every outer one', '{{#a}}{{b.two}}{{#c.d}}{{one}}{{five}}{{/c.d}}{{/a}}', deep, '215'],
  [
    'two sections of the same name',
    '{{#b}}\n* one\n{{/b}}\n* {{t}}\n{{#b}}\n* three\n{{/b}}\n',
    { b: true, t: 'two' },
    '* one\n* two\n* three\n',
  ],
  ['false inside true', '| A {{#t}}B {{#f}}C{{/f}} D{{/t}} E |', { t: true, f: false }, '| A B  D E |'],
  ['false sections hide what is in them', '| A {{#f}}B {{#f}}C{{/f}} D{{/f}} E |', { f: false }, '| A  E |'],
  [
    'a list of objects with an own value',
    '{{#l}}{{n}}{{o}}{{/l}}',
    { l: [{ n: 1 }, { n: 2, o: 'own' }], o: '!' },
    '1!2own',
  ],
  ['implicit with three braces', '{{#l}}({{{.}}}){{/l}}', { l: ['&', '"'] }, '(&)(")'],
  ['implicit with an ampersand', '{{#l}}({{&.}}){{/l}}', { l: ['<', '>'] }, '(<)(>)'],
  [
    'implicit at the root of an object list',
    '{{#l}}({{v}}){{/l}}',
    { l: [{ v: 'a' }, { v: 'b' }] },
    '(a)(b)',
  ],
  [
    'inline sections on lines of their own text',
    ' {{#b}}YES{{/b}}\n {{#b}}GOOD{{/b}}\n',
    { b: true },
    ' YES\n GOOD\n',
  ],
  ['a broken chain is no section', '[{{#a.b.c}}in{{/a.b.c}}]', { a: { b: {} }, c: true }, '[]'],
];

const inverted: readonly FormCase[] = [
  [
    'two of the same name',
    '{{^b}}\n* one\n{{/b}}\n* {{t}}\n{{^b}}\n* three\n{{/b}}\n',
    { b: false, t: 'two' },
    '* one\n* two\n* three\n',
  ],
  ['nested, both empty', '| A {{^f}}B {{^f}}C{{/f}} D{{/f}} E |', { f: false }, '| A B C D E |'],
  ['nested, both full', '| A {{^t}}B {{^t}}C{{/t}} D{{/t}} E |', { t: true }, '| A  E |'],
  ['a chain that is true', '[{{^a.b.c}}in{{/a.b.c}}]', { a: { b: { c: true } } }, '[]'],
  ['a broken chain', '[{{^a.b.c}}in{{/a.b.c}}]', { a: {} }, '[in]'],
  ['space around and inside', ' | {{^b}}\t|\t{{/b}} | \n', { b: false }, ' | \t|\t | \n'],
  ['space and comments inside', ' | {{^b}} {{! c }}\n {{/b}} | \n', { b: false }, ' |  \n  | \n'],
  ['on lines of text', ' {{^b}}NO{{/b}}\n {{^b}}WAY{{/b}}\n', { b: false }, ' NO\n WAY\n'],
  ['indented on lines of its own', '|\n  {{^b}}\n|\n  {{/b}}\n|', { b: false }, '|\n|\n|'],
  ['with CRLF', '|\r\n{{^b}}\r\n{{/b}}\r\n|', { b: false }, '|\r\n|'],
  ['without a line before', '  {{^b}}\n^{{/b}}\n/', { b: false }, '^\n/'],
  ['without a line after', '^{{^b}}\n/\n  {{/b}}', { b: false }, '^\n/\n'],
  ['padding', '|{{^ b }}={{/ b }}|', { b: false }, '|=|'],
];

const comments: readonly FormCase[] = [
  ['on the first line', '{{! c }}\nEnd', {}, 'End'],
  ['indented', '  {{! c }}\nEnd', {}, 'End'],
  ['with CRLF', '|\r\n{{! c }}\r\n|', {}, '|\r\n|'],
  ['without a line before', '  {{! c }}\n!', {}, '!'],
  ['without a line after', '!\n  {{! c }}', {}, '!\n'],
  ['of many lines, indented', 'Begin.\n  {{!\n    c\n  }}\nEnd.', {}, 'Begin.\nEnd.'],
  ['after text is not alone', '  12 {{! 34 }}\n', {}, '  12 \n'],
  ['called like a value', '[{{!name}}]', { name: 'no' }, '[]'],
];

const delimiters: readonly FormCase[] = [
  [
    'reach into inverted sections',
    '[{{^s}}{{d}}|d|{{/s}}{{= | | =}}|^s|{{d}}|d||/s|]',
    { s: false, d: 'I' },
    '[I|d|{{d}}I]',
  ],
  ['keep the space around', '| {{=@ @=}} |', {}, '|  |'],
  ['after space on a line of text', ' | {{=@ @=}}\n', {}, ' | \n'],
  ['alone on a line', 'Begin.\n{{=@ @=}}\nEnd.', {}, 'Begin.\nEnd.'],
  ['with CRLF', '|\r\n{{= @ @ =}}\r\n|', {}, '|\r\n|'],
  ['without a line before', '  {{=@ @=}}\n=', {}, '='],
  ['without a line after', '=\n  {{=@ @=}}', {}, '=\n'],
  ['padding', '|{{= @   @ =}}|', {}, '||'],
];

describe.each([
  ['values', interpolation],
  ['sections', sections],
  ['inverted sections', inverted],
  ['comments', comments],
  ['delimiters', delimiters],
])('mustache %s', (_, cases) => {
  test.each(cases)('%s', (__, template, data, expected) => {
    const source = { name: 'p', version: 1, format: 'mustache', template, variables: [] } as const;

    expect(renderPrompt(source, { variables: data, includes: {} }).text).toBe(expected);
  });
});
