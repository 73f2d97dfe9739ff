import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { makeStoreTemplate } from '../../../scripts/make-store-template.ts';
import { readMigrations } from '../../../src/store/migrate/migration.ts';
import { PgliteEngine } from '../../../src/store/pglite/engine.ts';
import { tempDir } from '../../support/temp-dir.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MIGRATIONS_DIR = join(ROOT, 'supabase/migrations');
/** Each lane has a store of its own, which is opened after each crash by the next process. */
const LANES = 2;
const CRASHES_PER_LANE = 10;
/** It tries the embedded database, whichever one the other tests are run on. */
const isElsewhere =
  process.env['IRIS_TEST_DATABASE_URL'] !== undefined || process.env['IRIS_TEST_STORE'] !== undefined;

test.skipIf(isElsewhere)(
  'nothing that was acknowledged is lost, whenever a process is killed',
  async () => {
    await using dir = await tempDir();
    const templateFile = await makeStoreTemplate();

    const lanes = await Promise.all(
      Array.from({ length: LANES }, async (_, lane) => {
        const dataDir = join(dir.path, String(lane));
        const acknowledged: string[] = [];
        for (let crash = 0; crash < CRASHES_PER_LANE; crash++)
          acknowledged.push(...(await logUntilKilled(dataDir, templateFile, crash)));
        return { acknowledged, missing: missingIn(await idsIn(dataDir), acknowledged) };
      }),
    );

    expect(lanes.map(({ missing }) => missing)).toEqual(lanes.map(() => []));
    for (const { acknowledged } of lanes) expect(acknowledged.length).toBeGreaterThan(CRASHES_PER_LANE);
  },
  180_000,
);

/** Kills every third one while it opens the data, recovery included, and the others while they write. */
async function logUntilKilled(dataDir: string, templateFile: string, crash: number): Promise<string[]> {
  const script = join(ROOT, 'test/fixtures/store/log-until-killed.mjs');
  // Without the optimising compiler, which a process that lives so shortly only pays for.
  const args = [
    '--liftoff-only',
    script,
    dataDir,
    join(ROOT, 'dist/store/worker.js'),
    MIGRATIONS_DIR,
    templateFile,
  ];
  const writer = execa(process.execPath, args, { reject: false });
  const lastLine = crash % 3 === 1 ? /opening/ : /opening\n./;
  let seen = '';
  for await (const line of writer.iterable()) {
    seen += `${line}\n`;
    if (!lastLine.test(seen)) continue;
    await sleep(Math.random() * 150);
    writer.kill('SIGKILL');
    break;
  }
  const { stdout } = await writer;
  return stdout
    .split('\n')
    .slice(1)
    .filter((id) => id.length === 36);
}

async function idsIn(dataDir: string): Promise<ReadonlySet<string>> {
  await using engine = await PgliteEngine.open({
    dataDir,
    migrations: await readMigrations(MIGRATIONS_DIR),
    isDurable: false,
  });
  const rows = await engine.maintain('select id from iris.events');
  return new Set(rows.map(({ id }) => String(id)));
}

function missingIn(present: ReadonlySet<string>, wanted: readonly string[]): string[] {
  return wanted.filter((id) => !present.has(id));
}
