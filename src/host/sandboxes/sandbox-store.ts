import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { IrisError } from '../../core/errors.ts';
import type { Isolation, Rung, SandboxHome } from '../isolation/launch/launcher.ts';
import { copyHome, homeIn, mendHome, openDiskHomes, type DiskHomes } from './disk-homes.ts';
import type { KnownSandbox } from './known-sandbox.ts';
import { readSandboxRecord, writeRecord, type SandboxRecord } from './sandbox-record.ts';
import { closeStateFolder, openStateFolder, removeFolder, type StateFolder } from './state-folder.ts';
import { Turns } from './turns.ts';

/** A sandbox whose home is on the host's disk. */
export interface StoredSandbox extends KnownSandbox {
  readonly rung: Rung;
  readonly homeKind: SandboxHome['kind'];
}

/** The homes and records of one host's sandboxes on the host's disk. */
export class SandboxStore {
  readonly #folder: StateFolder;
  readonly #homeBytes: number;
  readonly #turns = new Turns();
  #homes: Promise<DiskHomes | undefined> | undefined;

  private constructor(folder: StateFolder, homeBytes: number) {
    this.#folder = folder;
    this.#homeBytes = homeBytes;
  }

  /** Opens the store below `stateDir`, with what hosts that have died left there. */
  static async open(stateDir: string, homeBytes: number): Promise<SandboxStore> {
    return new SandboxStore(await openStateFolder(stateDir), homeBytes);
  }

  /** Where the snapshots of all hosts are. */
  get snapshotsFolder(): string {
    return this.#folder.snapshots;
  }

  /** Every sandbox that can be started anew. Removes those whose time was over, and what is no sandbox. */
  async recover(): Promise<StoredSandbox[]> {
    const found: StoredSandbox[] = [];
    for (const name of await readdir(this.#folder.sandboxes)) {
      const record = await readSandboxRecord(this.#folderOf(name));
      if (record?.id === name && !isOver(record)) found.push(toStored(record));
      else await removeFolder(this.#folderOf(name));
    }
    return found;
  }

  /** Makes the home of a new sandbox, as a copy of `template` if there is one; undefined where homes are in memory. */
  async makeHome(
    id: string,
    isolation: Isolation,
    template: SandboxHome | undefined,
  ): Promise<SandboxHome | undefined> {
    this.#homes ??= openDiskHomes(isolation, this.#folder.templates);
    const homes = await this.#homes;
    if (template !== undefined && template.kind !== homes?.kind) throw misfit();
    if (homes === undefined) return undefined;
    const folder = this.#folderOf(id);
    await mkdir(folder, { mode: 0o700 });
    if (template === undefined) return homes.make(folder, this.#homeBytes);
    const home = await copyHome(template, folder);
    await mendHome(home);
    return home;
  }

  /** The home of a sandbox that was here before, ready to be used again. Throws SANDBOX_UNAVAILABLE. */
  async reopenHome(sandbox: StoredSandbox, isolation: Isolation): Promise<SandboxHome> {
    this.#homes ??= openDiskHomes(isolation, this.#folder.templates);
    const homes = await this.#homes;
    const isWeaker = isolation.rung === 'none' && sandbox.rung !== 'none';
    if (homes?.kind !== sandbox.homeKind || isWeaker) throw misfit();
    const home = this.homeOf(sandbox);
    await mendHome(home);
    return home;
  }

  homeOf({ id, homeKind }: StoredSandbox): SandboxHome {
    return homeIn(this.#folderOf(id), homeKind);
  }

  save(sandbox: StoredSandbox): Promise<void> {
    // What is true when the turn comes is what counts.
    return this.#turns.take(sandbox.id, () => writeRecord(this.#folderOf(sandbox.id), toRecord(sandbox)));
  }

  remove(id: string): Promise<void> {
    return this.#turns.take(id, () => removeFolder(this.#folderOf(id)));
  }

  async close(): Promise<void> {
    await closeStateFolder(this.#folder);
  }

  #folderOf(id: string): string {
    return join(this.#folder.sandboxes, id);
  }
}

function isOver({ state, endAtMs, spec }: SandboxRecord): boolean {
  return state === 'running' && spec.lifecycle.onTimeout === 'kill' && endAtMs <= Date.now();
}

function toStored(record: SandboxRecord): StoredSandbox {
  const { id, accessToken, spec, rung, homeKind, startedAtMs, endAtMs } = record;
  const { templateId, metadata } = spec;
  return {
    id,
    accessToken,
    templateId,
    metadata,
    spec,
    rung,
    homeKind,
    startedAtMs,
    endAtMs,
    state: 'paused',
  };
}

function toRecord(sandbox: StoredSandbox): SandboxRecord {
  const { id, accessToken, spec, rung, homeKind, startedAtMs, endAtMs, state } = sandbox;
  const { templateId, metadata, envVars, timeoutMs, network, lifecycle, volumes } = spec;
  const kept = {
    templateId,
    metadata: { ...metadata },
    envVars: { ...envVars },
    timeoutMs,
    network: {
      ...network,
      allowOut: [...network.allowOut],
      denyOut: [...network.denyOut],
      httpsPorts: network.httpsPorts && [...network.httpsPorts],
    },
    lifecycle: { ...lifecycle },
    ...(volumes && { volumes: volumes.map((volume) => ({ ...volume })) }),
  };
  return { version: 1, id, accessToken, spec: kept, rung, homeKind, startedAtMs, endAtMs, state };
}

function misfit(): IrisError {
  return new IrisError('SANDBOX_UNAVAILABLE', 'The files were kept by another kind of isolation', {
    hint: 'Use the isolation that the sandbox was made with.',
  });
}
