import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { IrisError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { SandboxHome } from '../isolation/launch/launcher.ts';
import { copyHome, homeIn } from './disk-homes.ts';
import { readRecord, writeRecord } from './sandbox-record.ts';
import { removeFolder } from './state-folder.ts';

/** A bound on the folders that one listing has to read. */
const MAX_SNAPSHOTS = 1000;

const TAG = /:(?:default|latest)$/;
const BUILT_IN = /^(?:base|code-interpreter-v1)(?::|$)/;

const snapshotRecord = z.object({
  version: z.literal(1),
  id: z.string(),
  name: z.string().optional(),
  sandboxId: z.string(),
  homeKind: z.enum(['folder', 'image']),
  createdAtMs: z.number(),
});

/** The files of a sandbox as they once were, to start others with. */
export type Snapshot = z.infer<typeof snapshotRecord>;

/** The snapshots below one folder. All hosts of this user share them: what there is, the folder tells. */
export class Snapshots {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Tells whether a template can only be a snapshot, so that one that is gone is not taken for an empty sandbox. */
  static isReference(templateId: string): boolean {
    return /^snap[0-9a-z]{19}$/.test(templateId) || (TAG.test(templateId) && !BUILT_IN.test(templateId));
  }

  /** Tells whether a template is one that every host has. */
  static isBuiltIn(templateId: string): boolean {
    return BUILT_IN.test(templateId);
  }

  /** Copies a home that nobody writes to. A snapshot that had this name loses it to the new one. */
  async take(
    home: SandboxHome,
    { sandboxId, name }: { readonly sandboxId: string; readonly name?: string | undefined },
  ): Promise<Snapshot> {
    const all = await this.list();
    if (all.length >= MAX_SNAPSHOTS)
      throw new IrisError('RATE_LIMITED', `There are ${MAX_SNAPSHOTS} snapshots already`);
    const id = newId('snap').replaceAll(/[^a-z0-9]/g, '');
    const draft = join(this.#folder, `.${id}`);
    const snapshot = {
      version: 1 as const,
      id,
      name,
      sandboxId,
      homeKind: home.kind,
      createdAtMs: Date.now(),
    };
    try {
      await mkdir(draft, { mode: 0o700 });
      await copyHome(home, draft);
      await writeRecord(draft, snapshot);
      await rename(draft, this.#folderOf(id));
    } catch (error) {
      await removeFolder(draft);
      throw error;
    }
    for (const older of all) if (name !== undefined && older.name === name) await this.#forgetName(older);
    return snapshot;
  }

  /** Every snapshot, newest first. */
  async list(): Promise<Snapshot[]> {
    const names = await readdir(this.#folder);
    const found = await Promise.all(
      names
        .filter((name) => !name.startsWith('.'))
        .map(async (name) => {
          const record = await readRecord(this.#folderOf(name), snapshotRecord);
          return record?.id === name ? [record] : [];
        }),
    );
    return found
      .flat()
      .toSorted((left, right) => right.createdAtMs - left.createdAtMs || (left.id < right.id ? 1 : -1));
  }

  /** The snapshot of this id or name, with or without the tag that E2B adds to names. */
  async find(idOrName: string): Promise<Snapshot | undefined> {
    if (BUILT_IN.test(idOrName)) return undefined;
    const plain = idOrName.replace(TAG, '');
    return (await this.list()).find(({ id, name }) => id === plain || name === plain);
  }

  homeOf({ id, homeKind }: Snapshot): SandboxHome {
    return homeIn(this.#folderOf(id), homeKind);
  }

  async remove({ id }: Snapshot): Promise<void> {
    await removeFolder(this.#folderOf(id));
  }

  async #forgetName(snapshot: Snapshot): Promise<void> {
    await writeRecord(this.#folderOf(snapshot.id), { ...snapshot, name: undefined });
  }

  #folderOf(id: string): string {
    return join(this.#folder, id);
  }
}
