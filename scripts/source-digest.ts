import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MIGRATIONS_DIR = 'supabase/migrations';

/** A digest of everything that a build is made from. */
export function sourceDigest(): string {
  const hash = createHash('sha256');
  for (const file of ['package-lock.json', 'tsup.config.ts']) hash.update(readFileSync(file));
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(?:ts|py)$/.test(file),
  );
  for (const file of files.toSorted()) hash.update(file).update(readFileSync(join('src', file)));
  for (const file of readdirSync(MIGRATIONS_DIR).toSorted())
    hash.update(file).update(readFileSync(join(MIGRATIONS_DIR, file)));
  return hash.digest('hex').slice(0, 12);
}
