import { readFile } from 'node:fs/promises';
import { sep } from 'node:path';
import { secretLook } from '../secret-look.ts';

/** A local file that is likely to give a secret away. */
export interface Suspect {
  /** Absolute path. */
  readonly file: string;
  /** Such as `a key of E2B (line 3)`. */
  readonly look: string;
  /** Whether it is to be sent by its very name: whoever wrote that knows what is in it. */
  readonly isNamed?: boolean;
}

/** The files of the user's own among `files` that should not leave; what packages bring is public anyway. */
export async function findSuspects(files: readonly string[]): Promise<Suspect[]> {
  const own = files.filter((file) => !file.includes(`${sep}node_modules${sep}`));
  const suspects = await Promise.all(
    own.map(async (file): Promise<Suspect[]> => {
      // One that is gone by now changes the stamps of the bundle, too.
      const content = await readFile(file).catch(() => Buffer.alloc(0));
      const look = secretLook(file, content);
      return look === undefined ? [] : [{ file, look }];
    }),
  );
  return suspects.flat();
}
