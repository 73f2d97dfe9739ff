import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { errnoOf } from '../../core/errors.ts';

const secretRecord = z.object({
  secretID: z.string(),
  name: z.string(),
  value: z.string(),
  currentVersion: z.number(),
  metadata: z.record(z.string(), z.string()),
  createdAt: z.string(),
  updatedAt: z.string(),
});

type SecretRecord = z.infer<typeof secretRecord>;

/** All of a secret but its value, which no call ever tells. */
export type SecretFacts = Omit<SecretRecord, 'value'>;

interface SecretContent {
  readonly value: string;
  readonly metadata?: Record<string, string> | undefined;
}

/** The secrets of one user, one private file each, named after the secret. */
export class SecretStore {
  readonly #stateDir: () => Promise<string>;

  /** `stateDir` is asked at the first use. */
  constructor(stateDir: () => Promise<string>) {
    this.#stateDir = stateDir;
  }

  /** `name` must have been checked. Undefined when it is taken. */
  async create(name: string, { value, metadata = {} }: SecretContent): Promise<SecretFacts | undefined> {
    const now = new Date().toISOString();
    const secretID = `sec_${randomBytes(12).toString('hex')}`;
    const facts = { secretID, name, currentVersion: 1, metadata, createdAt: now, updatedAt: now };
    const text = JSON.stringify({ ...facts, value });
    try {
      await writeFile(join(await this.#dir(), name), text, { flag: 'wx', mode: 0o600 });
      return facts;
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') return undefined;
      throw error;
    }
  }

  /** All secrets, by name. */
  async list(): Promise<SecretFacts[]> {
    return (await this.#all()).map(withoutValue);
  }

  /** Finds a secret by its id or its name. */
  async find(idOrName: string): Promise<SecretFacts | undefined> {
    const found = await this.#find(idOrName);
    return found && withoutValue(found);
  }

  /** Replaces the value; the metadata only when there is new. Undefined when there is no such secret. */
  async update(idOrName: string, { value, metadata }: SecretContent): Promise<SecretFacts | undefined> {
    const found = await this.#find(idOrName);
    if (!found) return undefined;
    const renewed = {
      ...found,
      value,
      metadata: metadata ?? found.metadata,
      currentVersion: found.currentVersion + 1,
      updatedAt: new Date().toISOString(),
    };
    const dir = await this.#dir();
    const draft = join(dir, `.${randomBytes(8).toString('hex')}`);
    await writeFile(draft, JSON.stringify(renewed), { flag: 'wx', mode: 0o600 });
    await rename(draft, join(dir, found.name));
    return withoutValue(renewed);
  }

  /** False when there is no such secret. */
  async remove(idOrName: string): Promise<boolean> {
    const found = await this.#find(idOrName);
    if (found) await rm(join(await this.#dir(), found.name), { force: true });
    return found !== undefined;
  }

  async #find(idOrName: string): Promise<SecretRecord | undefined> {
    const name = idOrName.toLowerCase();
    return (await this.#all()).find((secret) => secret.secretID === idOrName || secret.name === name);
  }

  async #all(): Promise<SecretRecord[]> {
    const dir = await this.#dir();
    const names = (await readdir(dir)).filter((name) => !name.startsWith('.')).toSorted();
    const texts = await Promise.all(names.map((name) => readFile(join(dir, name), 'utf8')));
    return texts.map((text) => {
      const json: unknown = JSON.parse(text);
      return secretRecord.parse(json);
    });
  }

  async #dir(): Promise<string> {
    const dir = join(await this.#stateDir(), 'secrets');
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return dir;
  }
}

function withoutValue({ value: _value, ...facts }: SecretRecord): SecretFacts {
  return facts;
}
