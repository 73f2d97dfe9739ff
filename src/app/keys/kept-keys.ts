import { randomBytes } from 'node:crypto';
import { readKeyFile, writeKeyFile, type KeptName, type KeyEntry } from '../../config/key-file.ts';
import { IrisError } from '../../core/errors.ts';
import type { Keychain } from './keychain.ts';

/** Which value: that of a variable, for the service at an address. */
export interface KeySlot {
  readonly name: KeptName;
  readonly at: string;
}

/** What a value was kept in, and why not in the keychain where that was wanted. */
export interface Keeping {
  readonly keptIn: KeyEntry['keptIn'];
  readonly refusal: string | undefined;
}

/** What a value was kept in, if it was, and why it is still in the keychain, if it is. */
export interface Forgetting {
  readonly wasIn: KeyEntry['keptIn'] | undefined;
  readonly refusal: string | undefined;
}

/** The keys that one user has kept: the file that lists them, and the keychain where there is one. */
export class KeptKeys {
  readonly #file: string;
  readonly #keychain: Keychain | undefined;

  constructor(file: string, keychain: Keychain | undefined) {
    this.#file = file;
    this.#keychain = keychain;
  }

  /** What is kept for a slot. Throws FILE_UNREADABLE for a file that is not private. */
  async find({ name, at }: KeySlot): Promise<KeyEntry | undefined> {
    return (await readKeyFile(this.#file)).find((one) => one.name === name && one.at === at);
  }

  /** The value of an entry. Throws AUTH_MISSING where the keychain does not give it. */
  async valueOf(entry: KeyEntry): Promise<string> {
    if (entry.keptIn === 'file') return entry.value;
    const value = await this.#keychain?.read(accountOf(entry));
    if (value !== undefined) return value;
    throw new IrisError('AUTH_MISSING', `${entry.name} is no longer in the keychain`, {
      hint: 'Keep it again with iris auth login, or forget it with iris auth logout.',
    });
  }

  /** Keeps a value in the place of an earlier one: in the keychain if that takes it and gives it back, else in the file. */
  async keep(slot: KeySlot, value: string, { inFile }: { readonly inFile: boolean }): Promise<Keeping> {
    const earlier = await this.find(slot);
    const others = await this.#others(slot);
    const refusal = inFile ? undefined : await this.#intoKeychain(slot, value);
    const isInKeychain = !inFile && refusal === undefined;
    const mark = randomBytes(8).toString('hex');
    const entry: KeyEntry = isInKeychain
      ? { ...slot, keptIn: 'keychain', mark }
      : { ...slot, keptIn: 'file', value };
    await writeKeyFile(this.#file, [...others, entry]);
    // A copy that nobody reads would only be forgotten.
    if (earlier?.keptIn === 'keychain' && !isInKeychain) await this.#outOfKeychain(slot);
    return { keptIn: entry.keptIn, refusal };
  }

  /** Forgets a value, also where the keychain does not give it up; iris does not use it any more. */
  async forget(slot: KeySlot): Promise<Forgetting> {
    const known = await this.find(slot);
    if (known === undefined) return { wasIn: undefined, refusal: undefined };
    await writeKeyFile(this.#file, await this.#others(slot));
    const refusal = known.keptIn === 'keychain' ? await this.#outOfKeychain(slot) : undefined;
    return { wasIn: known.keptIn, refusal };
  }

  async #others({ name, at }: KeySlot): Promise<readonly KeyEntry[]> {
    return (await readKeyFile(this.#file)).filter((one) => one.name !== name || one.at !== at);
  }

  /** Gives why it did not work; undefined when it did. */
  async #intoKeychain(slot: KeySlot, value: string): Promise<string | undefined> {
    if (this.#keychain === undefined) return 'this system has no keychain that iris can use';
    try {
      const account = accountOf(slot);
      await this.#keychain.write(account, value);
      if ((await this.#keychain.read(account)) === value) return undefined;
      await this.#keychain.remove(account);
      return 'the keychain did not give the key back';
    } catch (thrown) {
      return reasonOf(thrown);
    }
  }

  async #outOfKeychain(slot: KeySlot): Promise<string | undefined> {
    try {
      await this.#keychain?.remove(accountOf(slot));
      return undefined;
    } catch (thrown) {
      return reasonOf(thrown);
    }
  }
}

/** Only what is known to hold no value is passed on. */
function reasonOf(thrown: unknown): string {
  return thrown instanceof IrisError ? thrown.message : 'the keychain failed';
}

/** The name of a value in the keychain. */
function accountOf({ name, at }: KeySlot): string {
  return at === '' ? name : `${name} ${at}`;
}
