import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = /^output\.(\d{16})$/;

/** One file of a run's output. */
export interface Segment {
  readonly file: string;
  /** How many bytes of output came before it. */
  readonly offset: number;
}

/** The file whose first byte of output has this place in the whole output. */
export function segmentFile(folder: string, offset: number): string {
  return join(folder, `output.${String(offset).padStart(16, '0')}`);
}

/** The files of a run's output in their order; none where there is no folder. */
export async function listSegments(folder: string): Promise<Segment[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .toSorted((left, right) => (left < right ? -1 : 1))
    .flatMap((name) =>
      NAME.test(name) ? [{ file: join(folder, name), offset: Number(NAME.exec(name)?.[1]) }] : [],
    );
}
