import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Bundler } from '../../src/executor/bundle/bundler.ts';
import { tempDir } from './temp-dir.ts';

/** A folder with scripts, and a folder that plays the sandbox's home. */
export interface ScriptProject extends AsyncDisposable {
  readonly dir: string;
  readonly home: string;
  file(name: string): string;
  write(files: Readonly<Record<string, string | Buffer>>): Promise<void>;
}

/** Makes a project with these files. */
export async function scriptProject(
  files: Readonly<Record<string, string | Buffer>> = {},
): Promise<ScriptProject> {
  const root = await tempDir();
  const project: ScriptProject = {
    dir: join(root.path, 'project'),
    home: join(root.path, 'home'),
    file: (name) => join(project.dir, name),
    write: (added) => writeFiles(project.dir, added),
    [Symbol.asyncDispose]: () => root[Symbol.asyncDispose](),
  };
  await mkdir(project.home);
  await mkdir(project.dir);
  await project.write(files);
  return project;
}

export interface RunOptions {
  readonly bundler: Bundler;
  readonly localDir: string;
  readonly script: string;
  readonly home: string;
  readonly args?: readonly string[];
}

/** Bundles a script and runs it from the folder that plays the sandbox, as a run does. */
export async function runBundled({ bundler, localDir, script, home, args = [] }: RunOptions) {
  const bundle = await bundler.bundle({ scriptFile: join(localDir, script), localDir, sandboxDir: home });
  const entry = join(home, '.iris', bundle.sha256.slice(0, 16), bundle.fileName);
  await writeFiles(dirname(entry), { [bundle.fileName]: bundle.code });
  const result = await execa(process.execPath, ['--enable-source-maps', entry, ...args], {
    cwd: home,
    reject: false,
    env: { NODE_EXTRA_CA_CERTS: '', NODE_OPTIONS: '' },
  });
  return { bundle, entry, stdout: result.stdout, stderr: result.stderr, exitCode: result.exitCode };
}

async function writeFiles(
  directory: string,
  files: Readonly<Record<string, string | Buffer>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = join(directory, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
