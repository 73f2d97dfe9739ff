import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OutputJournal } from '../../../../src/app/runs/output-journal.ts';
import { listSegments } from '../../../../src/app/runs/output-segments.ts';
import { readOutput, type KeptOutput } from '../../../../src/app/runs/read-output.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const atMs = 1_700_000_000_000;

async function read(folder: string): Promise<KeptOutput[]> {
  const found: KeptOutput[] = [];
  for await (const one of readOutput({ folder })) found.push(one);
  return found;
}

function textOf(found: readonly KeptOutput[], source: 'stdout' | 'stderr'): string {
  const pieces = found.flatMap((one) => (one.type === 'output' && one.source === source ? [one.data] : []));
  return Buffer.concat(pieces).toString('latin1');
}

function fail(thrown: unknown): void {
  throw thrown;
}

test('what is kept is read back in order, with its source and its time, whatever bytes it has', async () => {
  await using dir = await tempDir();
  const folder = join(dir.path, 'run');
  const journal = new OutputJournal({ folder, maxBytes: 100_000, onFailure: fail });
  const bytes = Buffer.from([0, 255, 10, 0x80, 13]);
  journal.add({ source: 'stdout', atMs, data: bytes });
  journal.add({ source: 'stderr', atMs: atMs + 1, data: Buffer.from('oops') });
  journal.add({ source: 'stdout', atMs: atMs + 2, data: Buffer.from('more') });
  await journal.end();

  expect(await read(folder)).toEqual([
    { type: 'output', source: 'stdout', atMs, data: bytes },
    { type: 'output', source: 'stderr', atMs: atMs + 1, data: Buffer.from('oops') },
    { type: 'output', source: 'stdout', atMs: atMs + 2, data: Buffer.from('more') },
  ]);
});

test.each([
  ['all at once', 0],
  ['bit by bit', 30],
])('the beginning and the end stay within the size when it comes %s', async (_, pauseMs) => {
  await using dir = await tempDir();
  const maxBytes = 16_384;
  const journal = new OutputJournal({ folder: dir.path, maxBytes, onFailure: fail });
  const lines = Array.from({ length: 10_000 }, (_line, index) => `${String(index).padStart(9)}\n`);
  for (let at = 0; at < lines.length; at += 700) {
    journal.add({ source: 'stdout', atMs: atMs + at, data: Buffer.from(lines.slice(at, at + 700).join('')) });
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  await journal.end();

  const found = await read(dir.path);
  const whole = lines.join('');
  const gapAt = found.findIndex(({ type }) => type === 'gap');
  const gap = found[gapAt];
  const head = textOf(found.slice(0, gapAt), 'stdout');
  const tail = textOf(found.slice(gapAt), 'stdout');
  expect(whole.startsWith(head)).toBe(true);
  expect(whole.endsWith(tail)).toBe(true);
  expect(head.length).toBeGreaterThan(maxBytes * 0.4);
  expect(tail.length).toBeGreaterThan(maxBytes * 0.3);
  expect(gap).toEqual({ type: 'gap', bytes: whole.length - head.length - tail.length });
  const sizes = (await listSegments(dir.path)).map(async ({ file }) => (await stat(file)).size);
  expect((await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(maxBytes);
});

test('a reader that goes on gets all of it while it is written, also what is thrown away later', async () => {
  await using dir = await tempDir();
  const journal = new OutputJournal({ folder: dir.path, maxBytes: 16_384, onFailure: fail });
  let isOver = false;
  const reading = (async () => {
    const found: KeptOutput[] = [];
    for await (const one of readOutput({ folder: dir.path, goesOn: () => Promise.resolve(!isOver) }))
      found.push(one);
    return found;
  })();
  for (let count = 0; count < 20; count++) {
    journal.add({ source: 'stderr', atMs, data: Buffer.alloc(1000, 97 + count) });
    await new Promise((resolve) => setTimeout(resolve, 80));
  }
  await journal.end();
  isOver = true;

  const found = await reading;
  expect(found.some(({ type }) => type === 'gap')).toBe(false);
  expect(textOf(found, 'stderr').length).toBe(20_000);
  expect((await read(dir.path)).some(({ type }) => type === 'gap')).toBe(true);
});

test('a journal that cannot write says so once and lets the run go on', async () => {
  await using dir = await tempDir();
  const failures: unknown[] = [];
  const onFailure = (thrown: unknown): void => void failures.push(thrown);
  const folder = join(dir.path, 'a\0b');
  const journal = new OutputJournal({ folder, maxBytes: 1000, onFailure });
  for (let count = 0; count < 3; count++) {
    journal.add({ source: 'stdout', atMs, data: Buffer.from('x') });
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  await journal.end();

  expect(failures).toHaveLength(1);
});
