import { expect, test } from 'vitest';
import { KeptAnswers } from '../../../src/bridge/kept-answers.ts';

test('KeptAnswers forgets the oldest beyond its count and its bytes', () => {
  const kept = new KeptAnswers({ maxAnswers: 3, maxBytes: 10 });
  for (const id of ['a', 'b', 'c', 'd']) kept.add(id, Buffer.from('12'));
  expect(['a', 'b', 'c', 'd'].map((id) => kept.get(id)?.toString())).toEqual([undefined, '12', '12', '12']);

  kept.add('e', Buffer.from('12345678'));
  expect(['c', 'd', 'e'].map((id) => kept.get(id)?.length)).toEqual([undefined, 2, 8]);

  kept.add('f', Buffer.alloc(11));
  expect([kept.get('e')?.length, kept.get('f')]).toEqual([8, undefined]);
});
