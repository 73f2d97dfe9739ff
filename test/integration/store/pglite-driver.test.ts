import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeStoreTemplate } from '../../../scripts/make-store-template.ts';
import { readMigrations } from '../../../src/store/migrate/migration.ts';
import { PgliteEngine } from '../../../src/store/pglite/engine.ts';
import { PgliteDriver } from '../../../src/store/pglite/pglite-driver.ts';
import type { DriverCall } from '../../../src/store/port/driver.ts';
import { tempDir, type TempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MIGRATIONS_DIR = join(ROOT, 'supabase/migrations');
const WORKER = join(ROOT, 'dist/store/worker.js');
/** It is the same whatever database the other tests of the store run on. */
const isOnce =
  process.env['IRIS_TEST_STORE'] === undefined && process.env['IRIS_TEST_DATABASE_URL'] === undefined;

let templateFile: string;
let dir: TempDir;
beforeAll(async () => {
  templateFile = await makeStoreTemplate();
  dir = await tempDir();
});
afterAll(async () => {
  await dir?.[Symbol.asyncDispose]();
});

/** Without syncs, which only a power cut would tell from this. */
const open = (storeDir: string): PgliteDriver =>
  new PgliteDriver({
    storeDir,
    isDurable: false,
    migrationsDir: MIGRATIONS_DIR,
    workerFile: WORKER,
    templateFile,
    logger: () => undefined,
  });
const call = (operation: `iris_${string}`, input: unknown, deadlineMs = 30_000): DriverCall => ({
  operation,
  input,
  identity: { type: 'project', projectId: 'demo' },
  deadlineMs,
});

describe.runIf(isOnce)('PgliteDriver', () => {
  test('keeps what it was given, for the next one that opens the folder', async () => {
    const storeDir = join(dir.path, 'kept');
    {
      await using driver = open(storeDir);
      await driver.call(call('iris_agent_register', { agentId: 'a', ttlSeconds: 60 }));
    }
    await using again = open(storeDir);

    expect(await again.call(call('iris_agent_status', { agentId: 'a' }))).toMatchObject({
      agents: [{ registered: true }],
    });
  });

  test('stops a call that computes for too long, and goes on with the next', async () => {
    const storeDir = join(dir.path, 'runaway');
    await addEndlessOperation(storeDir);
    await using driver = open(storeDir);
    await driver.call(call('iris_status', {}));

    const endless = driver.call(call('iris_endless', {}, 300));
    const behind = driver.call(call('iris_status', {}));

    await expect(endless).rejects.toMatchObject({ code: 'IRIS_UNAVAILABLE' });
    expect(await behind).toMatchObject({ parts: expect.arrayContaining(['core']) });
  });

  test('gives up what has not begun when its caller does', async () => {
    await using driver = open(join(dir.path, 'aborted'));
    const abort = new AbortController();

    const first = driver.call(call('iris_agent_register', { agentId: 'a', ttlSeconds: 60 }));
    const second = driver.call({
      ...call('iris_agent_register', { agentId: 'b', ttlSeconds: 60 }),
      signal: abort.signal,
    });
    abort.abort();

    await first;
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    expect(await driver.call(call('iris_agent_status', { agentId: 'b' }))).toMatchObject({
      agents: [{ registered: false }],
    });
  });

  test('belongs to one of two processes that race for it, and to the other when that is killed', async () => {
    const storeDir = join(dir.path, 'race');
    const writers = ['left', 'right'].map((prefix) => startWriter(storeDir, prefix));
    const [first] = await Promise.race(
      writers.map(async (writer) => [await firstLine(writer), writer] as const),
    );
    const other = first.startsWith('left') ? writers[1] : writers[0];
    const owner = first.startsWith('left') ? writers[0] : writers[1];
    let isOtherSilent = true;
    other?.stdout.once('data', () => (isOtherSilent = false));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(isOtherSilent).toBe(true);

    owner?.kill('SIGKILL');
    await until('the other to write', () => !isOtherSilent);
    other?.kill('SIGKILL');
    const said = await Promise.all(writers.map(async (writer) => wholeLines((await writer).stdout)));

    expect(said.every((lines) => lines.length > 0)).toBe(true);
    expect(await missingFrom(storeDir, said.flat())).toEqual([]);
  });

  test('belongs to one process at a time', async () => {
    const storeDir = join(dir.path, 'owned');
    const owner = open(storeDir);
    await owner.call(call('iris_status', {}));
    await using other = open(storeDir);

    const waiting = other.call(call('iris_status', {}));
    const early = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 300, 'waits'))]);
    await owner[Symbol.asyncDispose]();

    expect(early).toBe('waits');
    expect(await waiting).toMatchObject({ server: expect.any(String) });
  });
});

async function addEndlessOperation(storeDir: string): Promise<void> {
  const { mkdirSync } = await import('node:fs');
  mkdirSync(storeDir, { recursive: true });
  await using engine = await PgliteEngine.open({
    dataDir: join(storeDir, 'pgdata'),
    templateFile,
    migrations: await readMigrations(MIGRATIONS_DIR),
  });
  await engine.maintain(`create function public.iris_endless(p_input jsonb default '{}', p_project text default null)
    returns jsonb language plpgsql as $$ begin loop end loop; end $$;
    select iris.publish('endless');`);
}

/** Those of the agents that a store does not know. */
async function missingFrom(storeDir: string, agentIds: readonly string[]): Promise<string[]> {
  await using driver = open(storeDir);
  const missing: string[] = [];
  for (const agentId of agentIds) {
    const answer = await driver.call({
      ...call('iris_agent_status', { agentId }),
      identity: { type: 'project', projectId: 'crash' },
    });
    if (JSON.stringify(answer).includes('"registered":false')) missing.push(agentId);
  }
  return missing;
}

function startWriter(storeDir: string, prefix: string) {
  const script = join(ROOT, 'test/fixtures/store/write-events.ts');
  // Without the optimising compiler, which a process that lives so shortly only pays for.
  const args = [
    '--liftoff-only',
    '--import',
    'tsx',
    script,
    storeDir,
    WORKER,
    MIGRATIONS_DIR,
    templateFile,
    prefix,
  ];
  return execa(process.execPath, args, { reject: false, cwd: ROOT, stripFinalNewline: false });
}

async function firstLine(writer: ReturnType<typeof startWriter>): Promise<string> {
  return String((await once(writer.stdout, 'data'))[0]);
}

/** The last one may have been cut off. */
function wholeLines(text: string): string[] {
  return text.split('\n').slice(0, -1).filter(Boolean);
}
