import { resolve } from 'node:path';
import type * as Library from '../../src/library/index.ts';
import type { ExecutorOptions, IrisCodeExecutor } from '../../src/library/index.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** The built library, as a program imports it. */
export const EXECUTOR_FILE = resolve('dist/library/executor.js');

export async function builtLibrary(): Promise<typeof Library> {
  return await import(EXECUTOR_FILE);
}

export interface ExecutorSpace extends Workspace {
  readonly executor: IrisCodeExecutor;
}

/** A workspace with an executor of its own; both end together. */
export async function openExecutorSpace(options: ExecutorOptions = {}): Promise<ExecutorSpace> {
  const space = await openWorkspace();
  await space.write({ 'package.json': '{}' });
  const library = await builtLibrary();
  const executor = new library.IrisCodeExecutor({ cwd: space.dir, env: space.env, ...options });
  return {
    ...space,
    executor,
    [Symbol.asyncDispose]: async () => {
      await executor.close();
      await space[Symbol.asyncDispose]();
    },
  };
}
