import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { execa, type Options } from 'execa';
import { tempDir } from './temp-dir.ts';

export const IRIS_BIN = resolve('bin/iris.cjs');

export type IrisOptions = Options & { readonly cwd?: string };

/** A project folder, a home and a daemon of their own. */
export interface Workspace extends AsyncDisposable {
  readonly dir: string;
  readonly home: string;
  readonly stateDir: string;
  /** Where the programs of this workspace put their temporary files. */
  readonly temp: string;
  readonly env: Readonly<Record<string, string>>;
  /** Writes files into the project and returns the folder. */
  write(files: Readonly<Record<string, string | Buffer>>): Promise<string>;
  /** Starts `iris`; the promise never rejects because of an exit code. */
  iris(args: readonly string[], options?: IrisOptions): ReturnType<typeof startIris>;
}

/** Makes a workspace; when it ends, so does its daemon, and nothing of it stays. */
export async function openWorkspace(): Promise<Workspace> {
  const root = await tempDir();
  const dir = join(root.path, 'project');
  const home = join(root.path, 'home');
  const stateDir = join(root.path, 'state');
  const temp = join(root.path, 'tmp');
  await mkdir(dir);
  await mkdir(home);
  await mkdir(temp);
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    IRIS_STATE_DIR: stateDir,
    IRIS_CACHE_DIR: join(root.path, 'cache'),
    TMPDIR: temp,
  };
  const iris: Workspace['iris'] = (args, options = {}) => startIris(args, { cwd: dir, env, ...options });
  return {
    dir,
    home,
    stateDir,
    temp,
    env,
    iris,
    write: async (files) => {
      for (const [name, content] of Object.entries(files)) {
        const file = join(dir, name);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content);
      }
      return dir;
    },
    [Symbol.asyncDispose]: async () => {
      await iris(['daemon', 'stop']);
      await chmod(dir, 0o755);
      await rm(root.path, { recursive: true, force: true });
    },
  };
}

function startIris(args: readonly string[], options: IrisOptions) {
  // Node takes an --env-file after the script for its own, unless `--` stands before the script.
  return execa(process.execPath, ['--', IRIS_BIN, ...args], {
    reject: false,
    stripFinalNewline: false,
    extendEnv: false,
    stdin: 'ignore',
    ...options,
  });
}
