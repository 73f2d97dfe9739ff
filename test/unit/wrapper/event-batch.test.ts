import { expect, test } from 'vitest';
import { EventBatch, type BatchAnswer } from '../../../src/wrapper/event-batch.ts';

function batchOf(answer: (events: readonly unknown[]) => BatchAnswer): {
  readonly batch: EventBatch;
  readonly calls: (readonly unknown[])[];
} {
  const calls: (readonly unknown[])[] = [];
  const batch = new EventBatch({
    sendOne: async (event) => {
      calls.push([event]);
      return { id: 'one' };
    },
    sendMany: async (events) => {
      calls.push(events);
      return answer(events);
    },
    toError: ({ message }) => new Error(message),
  });
  return { batch, calls };
}

test('EventBatch sends what is logged in one go together, a hundred at a time', async () => {
  const { batch, calls } = batchOf((events) => ({ ids: events.map(String), rejected: [] }));

  const answers = await Promise.all(Array.from({ length: 250 }, (_, index) => batch.add(index)));

  expect(calls.map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(answers[249]).toEqual({ id: '249', accepted: 1 });
});

test('EventBatch lets nobody wait who awaits each event', async () => {
  const { batch, calls } = batchOf(() => ({ ids: [], rejected: [] }));

  expect(await batch.add('a')).toEqual({ id: 'one' });
  await batch.add('b');

  expect(calls).toEqual([['a'], ['b']]);
});

test('EventBatch tells each event its own fate', async () => {
  const rejection = { index: 1, code: 'IRIS_INVALID_ARGUMENT', message: 'event: too long' };
  const { batch } = batchOf(() => ({ ids: ['x', 'z'], rejected: [rejection] }));

  const fates = await Promise.allSettled(['a', 'b', 'c'].map((event) => batch.add(event)));

  expect(fates.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(fates[2]).toMatchObject({ value: { id: 'z' } });
});

test('EventBatch fails every event of a call that failed', async () => {
  const { batch } = batchOf(() => {
    throw new Error('lost');
  });

  const fates = await Promise.allSettled(['a', 'b'].map((event) => batch.add(event)));

  expect(fates.every(({ status }) => status === 'rejected')).toBe(true);
});
