import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IrisError } from '../core/errors.ts';
import { readMigrations } from '../store/migrate/migration.ts';

export interface CopyReport {
  readonly dir: string;
  readonly copied: readonly string[];
  /** Already there under whatever version. */
  readonly present: readonly string[];
}

const FILE_NAME = /^(\d{14})_(.+)\.sql$/;

/**
 * Copies the migrations of iris into a Supabase project. Supabase's CLI refuses files that are older than the newest
 * one it has pushed, so that they are stamped anew, after all that are there.
 */
export async function copyMigrations(
  { migrationsDir, projectDir }: { readonly migrationsDir: string; readonly projectDir: string },
  now: Date,
): Promise<CopyReport> {
  const dir = join(projectDir, 'supabase/migrations');
  await mkdir(dir, { recursive: true }).catch((cause: unknown) => {
    throw new IrisError('FILE_UNREADABLE', `Cannot make ${dir}`, {
      hint: 'Name a folder that you may write to.',
      cause,
    });
  });
  const there = (await readdir(dir)).flatMap((file) => {
    const [, version = '', name = ''] = FILE_NAME.exec(file) ?? [];
    return version === '' ? [] : [{ version, name }];
  });
  const names = new Set(there.map(({ name }) => name));
  const newest =
    there
      .map(({ version }) => version)
      .toSorted()
      .at(-1) ?? '';
  let stamp = stampOf(now) > newest ? stampOf(now) : nextStamp(newest);
  const copied: string[] = [];
  const present: string[] = [];
  for (const { name, sql } of await readMigrations(migrationsDir)) {
    if (names.has(name)) {
      present.push(name);
      continue;
    }
    const file = `${stamp}_${name}.sql`;
    await writeFile(join(dir, file), sql, { flag: 'wx' });
    copied.push(file);
    stamp = nextStamp(stamp);
  }
  return { dir, copied, present };
}

/** Fourteen digits of a moment, in UTC. */
function stampOf(moment: Date): string {
  return moment.toISOString().replaceAll(/\D/g, '').slice(0, 14);
}

function nextStamp(stamp: string): string {
  const [year, month, day, hour, minute, second] = [0, 4, 6, 8, 10, 12].map((at) =>
    Number(stamp.slice(at, at === 0 ? 4 : at + 2)),
  );
  const moment = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, (second ?? 0) + 1);
  return stampOf(new Date(moment));
}
