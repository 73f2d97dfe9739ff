import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConnectFailure } from '../../../../src/core/connect-failure.ts';
import { WatchPolls, type EventSource } from '../../../../src/agent/filesystem/watch-polls.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface FakeSource extends EventSource<number> {
  pulled: number;
  isClosed: boolean;
}

/** Yields batches of a thousand events, then fails if it is told to. */
function source(batches: number, failure?: Error): FakeSource {
  const fake: FakeSource = {
    pulled: 0,
    isClosed: false,
    events: yieldAll(),
    close: () => void (fake.isClosed = true),
  };
  async function* yieldAll() {
    for (; fake.pulled < batches && !fake.isClosed; fake.pulled += 1) {
      yield Array.from({ length: 1000 }, (_, index) => fake.pulled * 1000 + index);
    }
    if (failure) throw failure;
  }
  return fake;
}

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

test('take() returns each event once', async () => {
  const polls = new WatchPolls<number>();
  const id = await polls.create(() => Promise.resolve(source(2)));
  await settle();

  expect([polls.take(id).length, polls.take(id).length]).toEqual([2000, 0]);
});

test('a queue that nobody empties stops its source', async () => {
  const endless = source(1000);
  const polls = new WatchPolls<number>();
  const id = await polls.create(() => Promise.resolve(endless));
  await settle();
  const pulledFirst = endless.pulled;

  const taken = polls.take(id);
  await settle();

  expect(pulledFirst).toBeLessThan(12);
  expect(taken).toHaveLength(10_000);
  expect(polls.take(id)[0]).toBe(10_000);
});

test('take() throws what broke the watcher after the events before that', async () => {
  const polls = new WatchPolls<number>();
  const broken = source(1, new ConnectFailure('resource_exhausted', 'too much'));
  const id = await polls.create(() => Promise.resolve(broken));
  await settle();

  expect(polls.take(id)).toHaveLength(1000);
  expect(() => polls.take(id)).toThrow('too much');
  expect(broken.isClosed).toBe(true);
});

test('a watcher that nobody asks about is closed and forgotten', async () => {
  const polls = new WatchPolls<number>({ idleMs: 1000 });
  const idle = source(1000);
  const id = await polls.create(() => Promise.resolve(idle));
  await vi.advanceTimersByTimeAsync(900);
  polls.take(id);
  await vi.advanceTimersByTimeAsync(900);
  expect(idle.isClosed).toBe(false);

  await vi.advanceTimersByTimeAsync(200);

  expect(idle.isClosed).toBe(true);
  expect(() => polls.take(id)).toThrow('not found');
});

test('there are at most 64 watchers, also when all are asked for at once', async () => {
  const polls = new WatchPolls<number>();

  const made = await Promise.allSettled(
    Array.from({ length: 80 }, () => polls.create(() => Promise.resolve(source(0)))),
  );
  polls.close();

  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(64);
});

test('remove() closes a watcher and knows no other', async () => {
  const polls = new WatchPolls<number>();
  const removed = source(1000);
  const id = await polls.create(() => Promise.resolve(removed));

  polls.remove(id);

  expect(removed.isClosed).toBe(true);
  expect(() => polls.remove(id)).toThrow('not found');
});
