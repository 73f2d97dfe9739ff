import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { makeStoreTemplate } from '../../scripts/make-store-template.ts';
import type { ToolContract } from '../../src/contract/tools/contract.ts';
import { PgliteEngine } from '../../src/store/pglite/engine.ts';
import type { Driver, Identity } from '../../src/store/port/driver.ts';
import { bindStore, type Store } from '../../src/store/port/store.ts';
import { readMigrations } from '../../src/store/migrate/migration.ts';
import { allTools } from '../../src/tools/all-tools.ts';
import type { ToolCaller } from '../../src/tools/tool/tool.ts';
import { Toolbox } from '../../src/tools/toolbox/toolbox.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const MIGRATIONS_DIR = join(ROOT, 'supabase/migrations');

/** A database in memory with the schema of iris, and the tools in front of it. */
export interface TestStore extends AsyncDisposable {
  readonly engine: PgliteEngine;
  readonly driver: Driver;
  /** The data of one project. @default "test" */
  store(projectId?: string): Store;
  storeOf(identity: Identity): Store;
  /** Calls a tool as a project would. */
  call<Output extends z.ZodType>(
    contract: ToolContract<string, z.ZodType, Output>,
    input?: unknown,
    options?: TestCallOptions,
  ): Promise<z.output<Output>>;
}

export interface TestCallOptions {
  readonly projectId?: string;
  readonly caller?: ToolCaller;
}

/** Opens a database in memory; the first of all test files makes a template that the others begin from. */
export async function openTestStore(): Promise<TestStore> {
  const migrations = await readMigrations(MIGRATIONS_DIR);
  const templateFile = await makeStoreTemplate();
  const engine = await PgliteEngine.open({ migrations, templateFile });
  const driver: Driver = {
    engine: 'pglite',
    call: (call) => engine.call(call),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
  const storeOf = (identity: Identity): Store => bindStore(driver, identity);
  const store = (projectId = 'test'): Store => storeOf({ type: 'project', projectId });
  const toolbox = new Toolbox(allTools);
  return {
    engine,
    driver,
    store,
    storeOf,
    call: async (contract, input = {}, { projectId, caller = {} } = {}) => {
      const answer = await toolbox.call(contract.name, input, { store: store(projectId), caller });
      return contract.output.parse(answer);
    },
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}
