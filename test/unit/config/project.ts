import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { IrisError } from '../../../src/core/errors.ts';
import { loadConfig, type LoadedConfig, type LoadRequest } from '../../../src/config/load.ts';

export interface Project extends AsyncDisposable {
  /** The repository, a directory in the home directory. */
  readonly dir: string;
  readonly homeDir: string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  load(request?: Partial<LoadRequest>): Promise<LoadedConfig>;
  /** Loads and gives the error. */
  refuse(request?: Partial<LoadRequest>): Promise<IrisError>;
}

/** A home directory with a git repository `app` in it; file names are relative to the repository. */
export async function makeProject(files: Readonly<Record<string, string>> = {}): Promise<Project> {
  const homeDir = await realpath(await mkdtemp(join(tmpdir(), 'iris-config-')));
  const dir = join(homeDir, 'app');
  await mkdir(join(dir, '.git'), { recursive: true });
  const load = (request: Partial<LoadRequest> = {}) => loadConfig({ cwd: dir, env: {}, homeDir, ...request });
  const project: Project = {
    dir,
    homeDir,
    load,
    async write(more) {
      for (const [name, text] of Object.entries(more)) {
        await mkdir(dirname(join(dir, name)), { recursive: true });
        await writeFile(join(dir, name), text);
      }
    },
    async refuse(request) {
      const outcome = await load(request).catch((thrown: unknown) => thrown);
      if (outcome instanceof IrisError) return outcome;
      throw new Error('The configuration was not refused', { cause: outcome });
    },
    [Symbol.asyncDispose]: () => rm(homeDir, { recursive: true, force: true }),
  };
  await project.write(files);
  return project;
}
