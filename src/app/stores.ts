import { IrisError } from '../core/errors.ts';
import { never } from '../core/never.ts';
import type { Logger } from '../core/logger.ts';
import type { Driver } from '../store/port/driver.ts';
import { bindStore, type Store } from '../store/port/store.ts';
import type { Loaded } from './loaded.ts';
import { chooseStore, type StoreChoice } from './choose-store.ts';
import { databaseParts } from '../store/migrate/database-parts.ts';

export interface StoresOptions {
  readonly stateDir: string;
  readonly migrationsDir: string;
  readonly storeWorkerFile: string;
  readonly storeTemplateFile: string;
  readonly logger: Logger;
}

/** Opens databases on demand and keeps them; this is the only place that picks one. */
export class Stores implements AsyncDisposable {
  readonly #options: StoresOptions;
  readonly #byKey = new Map<string, Promise<Driver>>();

  constructor(options: StoresOptions) {
    this.#options = options;
  }

  /** The data that this configuration and environment lead to. Throws IRIS_UNAVAILABLE for a database that lacks parts of iris. */
  async open(loaded: Loaded): Promise<Store> {
    const choice = chooseStore(loaded, loaded.env);
    return bindStore(await this.driver(choice), choice.identity);
  }

  /** The database of a choice, which stays open. */
  async driver(choice: StoreChoice): Promise<Driver> {
    const key = JSON.stringify({ ...choice, identity: undefined });
    const known = this.#byKey.get(key);
    if (known !== undefined) return await known;
    const opening = this.#open(choice);
    this.#byKey.set(key, opening);
    try {
      return await opening;
    } catch (thrown) {
      this.#byKey.delete(key);
      throw thrown;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await Promise.allSettled(this.#byKey.values());
    await Promise.all(
      opened.map(async (one) =>
        one.status === 'fulfilled' ? await one.value[Symbol.asyncDispose]() : undefined,
      ),
    );
  }

  async #open(choice: StoreChoice): Promise<Driver> {
    const driver = await this.connect(choice);
    // The embedded database brings itself up to date; somebody else's is only ever changed by iris db migrate.
    if (choice.type === 'pglite') return driver;
    try {
      await this.#checkParts(driver, choice);
      return driver;
    } catch (thrown) {
      await driver[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  /** A connection that nobody else uses; whoever asks for it closes it. */
  async connect(choice: StoreChoice): Promise<Driver> {
    const { stateDir, migrationsDir, storeWorkerFile, storeTemplateFile, logger } = this.#options;
    switch (choice.type) {
      case 'pglite': {
        const { PgliteDriver } = await import('../store/pglite/pglite-driver.ts');
        return new PgliteDriver({
          storeDir: `${stateDir}/store`,
          migrationsDir,
          workerFile: storeWorkerFile,
          templateFile: storeTemplateFile,
          logger,
        });
      }
      case 'postgres': {
        const { PostgresDriver } = await import('../store/postgres/postgres-driver.ts');
        return new PostgresDriver({ url: choice.url });
      }
      case 'supabase': {
        const { SupabaseDriver } = await import('../store/supabase/supabase-driver.ts');
        return new SupabaseDriver({ url: choice.url, key: choice.key });
      }
      default:
        return never(choice);
    }
  }

  async #checkParts(driver: Driver, choice: StoreChoice): Promise<void> {
    const { pending } = await databaseParts(driver, choice.identity, this.#options.migrationsDir);
    if (pending.length === 0) return;
    throw new IrisError('IRIS_UNAVAILABLE', `The database lacks parts of iris: ${pending.join(', ')}`, {
      hint: 'Bring it up to date: iris db migrate',
    });
  }
}
