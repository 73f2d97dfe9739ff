import { expect, test } from 'vitest';
import { selectLogs } from '../../../../src/host/control/logs/select-logs.ts';
import { Logbook } from '../../../../src/host/logs/logbook.ts';

const silent = (): void => undefined;

test('a logbook enters events of sandboxes and hands every event on', () => {
  const heard: string[] = [];
  const book = new Logbook(() => 5);
  const log = book.listen((event) => heard.push(event));

  log('sandbox.created', { id: 'a', rung: 'bubblewrap', ms: 12 });
  log('host.call-failed', { id: 'a' });

  expect(heard).toEqual(['sandbox.created', 'host.call-failed']);
  expect(book.read('b')).toBeUndefined();
  expect(book.read('a')).toEqual([
    {
      atMs: 5,
      level: 'info',
      message: 'Sandbox created',
      fields: { logger: 'iris', event: 'sandbox.created', rung: 'bubblewrap', ms: '12' },
    },
  ]);
});

test('a logbook keeps the newest thousand lines of a sandbox, each of a bounded length', () => {
  const book = new Logbook();
  const log = book.listen(silent);

  for (let count = 0; count < 1200; count += 1)
    log('sandbox.noise', { id: 'a', count, text: 'x'.repeat(9e3) });

  const entries = book.read('a') ?? [];
  expect(entries.length).toBe(1000);
  expect(entries[0]?.fields).toMatchObject({ count: '200' });
  expect(entries[0]?.fields['text']?.length).toBe(2000);
});

test('a logbook forgets a sandbox ten minutes after its end, and the oldest of many', () => {
  let nowMs = 0;
  const book = new Logbook(() => nowMs);
  const log = book.listen(silent);

  for (let index = 0; index < 150; index += 1) log('sandbox.ended', { id: `s${index}` });
  log('sandbox.created', { id: 'live' });

  expect([book.read('s49'), book.read('s50')?.length]).toEqual([undefined, 1]);
  nowMs = 11 * 60_000;
  expect([book.read('s149'), book.read('live')?.length]).toEqual([undefined, 1]);
});

test('selectLogs() goes from the cursor in the asked direction and leaves lower levels out', () => {
  const entries = (['info', 'error', 'debug', 'warn'] as const).map((level, index) => ({
    atMs: index,
    level,
    message: `line ${index}`,
    fields: {},
  }));
  const select = (options: object): number[] =>
    selectLogs(entries, { limit: 10, direction: 'forward', level: 'debug', ...options }).map(
      ({ atMs }) => atMs,
    );

  expect(select({ cursor: 1 })).toEqual([1, 2, 3]);
  expect(select({ cursor: 2, direction: 'backward' })).toEqual([2, 1, 0]);
  expect(select({ level: 'warn' })).toEqual([1, 3]);
  expect(select({ limit: 0 })).toEqual([]);
  expect(select({ search: 'line 2' })).toEqual([2]);
});
