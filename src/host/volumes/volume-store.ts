import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { errnoOf, IrisError } from '../../core/errors.ts';
import { emptyFolder } from './empty-folder.ts';
import type { VolumeOwner } from './volume-owner.ts';

/** A folder that outlives sandboxes. */
export interface Volume {
  readonly id: string;
  readonly name: string;
  /** Opens the content to whoever presents it. */
  readonly token: string;
  /** What sandboxes see. */
  readonly dataDir: string;
  /** Where files are made before they appear, and wait for their end: on the same disk, out of reach of sandboxes. */
  readonly stageDir: string;
}

interface VolumeStoreOptions {
  /** Asked at the first use. */
  readonly stateDir: () => Promise<string>;
  readonly owner: VolumeOwner;
}

const VALID_NAME = /^[a-zA-Z0-9_-]{1,128}$/;
const VALID_ID = /^[0-9a-f]{20}$/;
const volumeRecord = z.object({ name: z.string().regex(VALID_NAME), token: z.string().min(1) });

/** The volumes of one user. All of it is on disk, so that several hosts can share them. */
export class VolumeStore {
  readonly owner: VolumeOwner;
  readonly #stateDir: () => Promise<string>;

  constructor({ stateDir, owner }: VolumeStoreOptions) {
    this.owner = owner;
    this.#stateDir = stateDir;
  }

  /** Throws USAGE_INVALID for a bad name; undefined when the name is taken. */
  async create(name: string): Promise<Volume | undefined> {
    if (!VALID_NAME.test(name))
      throw new IrisError('USAGE_INVALID', 'A volume name is 1 to 128 letters, digits, "-" and "_"');
    const id = randomBytes(10).toString('hex');
    const dir = join(await this.#dir(), id);
    const volume = { id, name, token: randomBytes(32).toString('hex'), ...foldersOf(dir) };
    await mkdir(volume.stageDir, { recursive: true, mode: 0o700 });
    await this.#makeDataDir(volume.dataDir);
    await writeFile(join(dir, 'volume.json'), JSON.stringify({ name, token: volume.token }), { mode: 0o600 });
    try {
      await writeFile(await this.#nameFile(name), id, { flag: 'wx', mode: 0o600 });
      return volume;
    } catch (error) {
      await rm(dir, { recursive: true, force: true });
      if (errnoOf(error) === 'EEXIST') return undefined;
      throw error;
    }
  }

  async list(): Promise<Volume[]> {
    const names = await readdir(join(await this.#dir(), 'names'));
    const found = await Promise.all(names.toSorted().map((name) => this.findByName(name)));
    return found.filter((volume) => volume !== undefined);
  }

  async find(id: string): Promise<Volume | undefined> {
    if (!VALID_ID.test(id)) return undefined;
    const dir = join(await this.#dir(), id);
    const text = await readIfThere(join(dir, 'volume.json'));
    if (text === undefined) return undefined;
    const json: unknown = JSON.parse(text);
    return { id, ...volumeRecord.parse(json), ...foldersOf(dir) };
  }

  async findByName(name: string): Promise<Volume | undefined> {
    if (!VALID_NAME.test(name)) return undefined;
    const id = await readIfThere(await this.#nameFile(name));
    return id === undefined ? undefined : await this.find(id);
  }

  /** Deletes a volume and all it holds; a sandbox that has it mounted sees it empty. False when there is none. */
  async remove(id: string): Promise<boolean> {
    const volume = await this.find(id);
    if (!volume) return false;
    await rm(await this.#nameFile(volume.name), { force: true });
    const dir = join(await this.#dir(), id);
    await rm(join(dir, 'volume.json'), { force: true });
    await rename(volume.dataDir, join(volume.stageDir, 'data'));
    await emptyFolder(volume.stageDir);
    await rm(dir, { recursive: true, force: true });
    return true;
  }

  async #makeDataDir(dataDir: string): Promise<void> {
    await mkdir(dataDir);
    await chmod(dataDir, 0o755);
    const id = this.owner.toHost(this.owner.standard);
    if (id >= 0) await chown(dataDir, id, id);
  }

  async #nameFile(name: string): Promise<string> {
    return join(await this.#dir(), 'names', name);
  }

  async #dir(): Promise<string> {
    const dir = join(await this.#stateDir(), 'volumes');
    await mkdir(join(dir, 'names'), { recursive: true, mode: 0o700 });
    return dir;
  }
}

function foldersOf(dir: string): Pick<Volume, 'dataDir' | 'stageDir'> {
  return { dataDir: join(dir, 'data'), stageDir: join(dir, 'stage') };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
