import { mkdir, rename, writeFile } from 'node:fs/promises';
import type { RunRecord } from '../../contract/run-record.ts';
import { recordFile } from './run-folder.ts';

/** Keeps the facts of a run: whoever reads them sees all of one state. */
export async function writeRecord(folder: string, record: RunRecord): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = recordFile(folder);
  const draft = `${file}.draft`;
  await writeFile(draft, JSON.stringify(record), { mode: 0o600 });
  await rename(draft, file);
}
