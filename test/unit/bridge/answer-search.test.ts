import { expect, test } from 'vitest';
import { answerSearch } from '../../../src/bridge/answer-search.ts';
import { allTools } from '../../../src/tools/all-tools.ts';

const tools = allTools.map(({ contract }) => contract);

test('answerSearch() finds nothing for nothing', () => {
  expect(answerSearch('', tools)).toEqual([]);
  expect(answerSearch('xyzzy', tools)).toEqual([]);
});

test('answerSearch() tells of ten tools at most, and no schemas', () => {
  const found = answerSearch('agent prompt metric run consensus', tools);

  expect(found).toHaveLength(10);
  expect(Object.keys(found[0] ?? {})).toEqual(['name', 'title', 'text']);
});
