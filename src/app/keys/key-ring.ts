import type { IrisConfig } from '../../config/iris-config.ts';
import { KEPT_NAMES, keyFilePath, readKeyFile, type KeptName, type KeyEntry } from '../../config/key-file.ts';
import type { CallerContext } from '../../contract/daemon-wire.ts';
import { KeptKeys } from './kept-keys.ts';
import { addressFor, variableFor } from './kept-for.ts';
import { keychainOf } from './keychain.ts';

/** What a caller's variables say together with the keys that are kept. */
export interface KeyedEnv {
  readonly env: CallerContext['env'];
  /** What the values of variables are kept in, for those that are not set. */
  readonly keptIn: ReadonlyMap<KeptName, KeyEntry['keptIn']>;
}

const MAX_KNOWN = 32;

/**
 * Finds kept keys for callers. The file is read each time, so that a login and a logout count at once; the keychain is
 * asked once for each login, for it costs a process.
 */
export class KeyRing {
  readonly #known = new Map<string, string>();

  /**
   * Fills in what is not set and the configuration may need. Throws FILE_UNREADABLE for a file that is not private, and
   * AUTH_MISSING for a keychain that does not give what is in it.
   */
  async complete(
    { env }: Pick<CallerContext, 'env'>,
    {
      homeDir,
      config,
    }: { readonly homeDir: string; readonly config: Pick<IrisConfig, 'provider' | 'store'> },
  ): Promise<KeyedEnv> {
    const keptIn = new Map<KeptName, KeyEntry['keptIn']>();
    const missing = wantedNames(config).filter((name) => variableFor(name, env) === undefined);
    if (missing.length === 0) return { env, keptIn };
    const values: Record<string, string> = {};
    const file = keyFilePath(env, homeDir);
    const entries = await readKeyFile(file);
    for (const name of missing) {
      const entry = entries.find((one) => one.name === name && one.at === addressFor(name, env));
      if (entry === undefined) continue;
      values[name] = await this.#valueOf(entry, file);
      keptIn.set(name, entry.keptIn);
    }
    return keptIn.size === 0 ? { env, keptIn } : { env: { ...env, ...values }, keptIn };
  }

  /** What a key is kept in that would count for a caller; undefined also where the file cannot be read. */
  async placeOf(
    name: KeptName,
    { env }: Pick<CallerContext, 'env'>,
    homeDir: string,
  ): Promise<KeyEntry['keptIn'] | undefined> {
    if (variableFor(name, env) !== undefined) return undefined;
    const entries = await readKeyFile(keyFilePath(env, homeDir)).catch(() => []);
    return entries.find((one) => one.name === name && one.at === addressFor(name, env))?.keptIn;
  }

  async #valueOf(entry: KeyEntry, file: string): Promise<string> {
    if (entry.keptIn === 'file') return entry.value;
    const id = `${file} ${entry.mark}`;
    const value =
      this.#known.get(id) ?? (await new KeptKeys(file, keychainOf(process.platform)).valueOf(entry));
    this.#known.set(id, value);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_KNOWN && oldest !== undefined) this.#known.delete(oldest);
    return value;
  }
}

/** Who asks for this machine alone needs no key. */
function wantedNames({ provider, store }: Pick<IrisConfig, 'provider' | 'store'>): readonly KeptName[] {
  return KEPT_NAMES.filter((name) => (name === 'E2B_API_KEY' ? provider : store) !== 'embedded');
}
