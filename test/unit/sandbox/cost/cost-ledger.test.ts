import { readFile, stat, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { CostLedger } from '../../../../src/sandbox/cost/cost-ledger.ts';
import { estimateUsd, usdPerSecond } from '../../../../src/sandbox/cost/estimate.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const NOVEMBER_END = Date.UTC(2026, 11, 1);
const MINUTE_MS = 60_000;

function clockAt(startMs: number): { nowMs: number } {
  return { nowMs: startMs };
}

test("estimateUsd() comes to E2B's own example: two vCPUs and half a GiB for an hour", () => {
  const prices = { perVcpuSecondUsd: 0.000014, perGibSecondUsd: 0.0000045 };

  expect(estimateUsd({ vcpus: 2, memoryGib: 0.5 }, 3600, prices)).toBeCloseTo(0.1089, 6);
  expect(estimateUsd({ vcpus: 2, memoryGib: 0.5 }, -1, prices)).toBe(0);
  expect(usdPerSecond({ vcpus: 1, memoryGib: 0 }, prices)).toBe(0.000014);
});

describe('CostLedger', () => {
  test('counts a sandbox from its creation to its known end, whoever asks then', async () => {
    await using dir = await tempDir();
    const clock = clockAt(NOVEMBER_END - 60 * MINUTE_MS);
    const open = () => new CostLedger(dir.path, () => clock.nowMs);
    await open().change(({ live }, nowMs) => {
      live['i1'] = { fromMs: nowMs, endAtMs: nowMs + 15 * MINUTE_MS, usdPerSecond: 0.001, slot: 'a' };
    });

    clock.nowMs += 5 * MINUTE_MS;
    const running = await open().month();
    const ownRun = await open().month('a');
    clock.nowMs += 20 * MINUTE_MS;
    const ended = await open().month();

    expect(running.month).toBe('2026-11');
    expect([running.spentUsd, running.committedUsd]).toEqual([expect.closeTo(0.3), expect.closeTo(0.6)]);
    expect(ownRun.committedUsd).toBe(0);
    expect([ended.spentUsd, ended.committedUsd]).toEqual([expect.closeTo(0.9), 0]);
  });

  test('splits what lives over the end of a month', async () => {
    await using dir = await tempDir();
    const clock = clockAt(NOVEMBER_END - 10 * MINUTE_MS);
    const ledger = new CostLedger(dir.path, () => clock.nowMs);
    await ledger.change(({ live }, nowMs) => {
      live['i1'] = { fromMs: nowMs, endAtMs: nowMs + 30 * MINUTE_MS, usdPerSecond: 0.001, slot: '' };
    });

    clock.nowMs = NOVEMBER_END + 60 * MINUTE_MS;
    const { month, spentUsd } = await ledger.month();
    await ledger.change(() => undefined);
    const { months, live } = JSON.parse(await readFile(ledger.file, 'utf8'));

    expect([month, spentUsd]).toEqual(['2026-12', expect.closeTo(1.2)]);
    expect(months).toEqual({ '2026-11': expect.closeTo(0.6), '2026-12': expect.closeTo(1.2) });
    expect(live).toEqual({});
  });

  test('loses nothing when many write at once, and keeps the file to its user', async () => {
    await using dir = await tempDir();
    const one = new CostLedger(dir.path);
    const other = new CostLedger(dir.path);

    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        await (index % 2 === 0 ? one : other).change(({ live }, nowMs) => {
          live[`i${index}`] = { fromMs: nowMs, endAtMs: nowMs + 1e6, usdPerSecond: 1, slot: '' };
        });
      }),
    );
    const { file } = one;

    expect(Object.keys(JSON.parse(await readFile(file, 'utf8')).live)).toHaveLength(20);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('stays small: the last two years, and a thousand sandboxes', async () => {
    await using dir = await tempDir();
    const ledger = new CostLedger(dir.path, () => NOVEMBER_END - 1);
    await ledger.change(({ months, live }, nowMs) => {
      for (let year = 2000; year < 2030; year++) months[`${year}-01`] = 1;
      for (let index = 0; index < 1005; index++)
        live[`i${index}`] = { fromMs: nowMs, endAtMs: nowMs + 1 + index, usdPerSecond: 1, slot: '' };
    });

    await ledger.change(() => undefined);
    const book = JSON.parse(await readFile(ledger.file, 'utf8'));

    expect(Object.keys(book.months)).toHaveLength(24);
    expect(Object.keys(book.live)).toHaveLength(1000);
  });

  test('does not count on from nothing where its file is damaged', async () => {
    await using dir = await tempDir();
    const ledger = new CostLedger(dir.path);
    await writeFile(ledger.file, '{');

    await expect(ledger.month()).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await expect(ledger.change(() => undefined)).rejects.toThrow('it is damaged');
    expect(await readFile(ledger.file, 'utf8')).toBe('{');
  });
});
