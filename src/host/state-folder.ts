import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a host keeps what outlives a sandbox. */
export interface StateFolder extends AsyncDisposable {
  /** The folder, which exists from the first question on. */
  readonly path: () => Promise<string>;
}

/** Uses the given folder, or a temporary one that is gone with the host. */
export function stateFolder(stateDir: string | undefined): StateFolder {
  let asked: Promise<string> | undefined;
  const open = async (): Promise<string> => {
    if (stateDir === undefined) return await mkdtemp(join(tmpdir(), 'iris-host-'));
    await mkdir(stateDir, { recursive: true, mode: 0o700 });
    return stateDir;
  };
  return {
    path: () => (asked ??= open()),
    [Symbol.asyncDispose]: async () => {
      if (stateDir === undefined && asked) await rm(await asked, { recursive: true, force: true });
    },
  };
}
