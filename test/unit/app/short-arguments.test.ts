import { expect, test } from 'vitest';
import { shortArguments } from '../../../src/app/short-arguments.ts';

test.each([
  [{ event: 'x', limit: 5, isDryRun: true, note: null }, 'event: "x"\nlimit: 5\nisDryRun: true\nnote: null'],
  [{}, ''],
  [undefined, ''],
  ['text', '"text"'],
  [{ list: [1, 2, 3, 4, 5, 6, 7] }, 'list: [1, 2, 3, 4, 5, … 2 more]'],
  [{ deep: { a: { b: { c: { d: 1 } } } } }, 'deep: { a: { b: { c: {…} } } }'],
  [{ 'a\nb': 1, 'x: y': 2 }, '"a\\nb": 1\n"x: y": 2'],
  [{ text: 'a\nb' }, 'text: "a\\nb"'],
])('shortArguments(%j)', (input, text) => {
  expect(shortArguments(input)).toBe(text);
});

test('shortArguments() shows each name, however long the values before it are', () => {
  const input = { padding: 'x'.repeat(100_000), nested: Array(9).fill('y'.repeat(1000)), all: true };

  const lines = shortArguments(input).split('\n');

  expect(lines.map((line) => line.split(':')[0])).toEqual(['padding', 'nested', 'all']);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(220);
  expect(lines[2]).toBe('all: true');
});

test('shortArguments() is short for arguments without end', () => {
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, index]));

  expect(shortArguments(many).split('\n')).toHaveLength(21);
  expect(shortArguments(many)).toMatch(/… 9980 more$/);
});
