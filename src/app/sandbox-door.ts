import type { CallerContext } from '../contract/daemon-wire.ts';
import type {
  SandboxCopyParams,
  SandboxExecParams,
  SandboxExtendParams,
  SandboxGcParams,
  SandboxLogsParams,
  SandboxSnapshotParams,
  SandboxTargetParams,
  SandboxTargetsParams,
  VolumeCreateParams,
} from '../contract/sandbox-request.ts';
import type {
  CopyReport,
  SandboxChange,
  SandboxDetails,
  SandboxExtension,
  SandboxGcReport,
  SandboxLog,
  SandboxMetrics,
  SnapshotRemoval,
  SnapshotRow,
  VolumeCreation,
  VolumeRemoval,
  VolumeRow,
} from '../contract/sandbox-wire.ts';
import type { Loaded } from './loaded.ts';
import type { Backend, Backends } from './backends.ts';
import { copyFiles, type CopyIo } from './copy/copy-files.ts';
import { collectGarbage } from './collect-garbage.ts';
import { execInSandbox, type CommandEvent, type CommandIo } from './exec-in-sandbox.ts';
import { extendSandbox } from './extend-sandbox.ts';
import { findAll, findOne, knownSandboxes, type FoundSandbox } from './find-sandbox.ts';
import { pauseSandboxes, resumeSandboxes } from './pause-sandboxes.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { removeVolumes, volumeRows } from './volumes.ts';
import { sandboxDetails, sandboxLog, sandboxMetrics } from './sandbox-facts.ts';

/** What `iris sandbox` does with sandboxes that are there. */
export interface SandboxDoor {
  info(params: SandboxTargetParams): Promise<SandboxDetails>;
  pause(params: SandboxTargetsParams): Promise<SandboxChange[]>;
  resume(params: SandboxTargetsParams): Promise<SandboxChange[]>;
  extend(params: SandboxExtendParams): Promise<SandboxExtension>;
  logs(params: SandboxLogsParams): Promise<SandboxLog>;
  metrics(params: SandboxTargetParams): Promise<SandboxMetrics>;
  /** Runs a command, whose events end with `exited`. */
  exec(params: SandboxExecParams, io: CommandIo): AsyncGenerator<CommandEvent, void>;
  /** Copies files between this machine and a sandbox. */
  copy(params: SandboxCopyParams, io: CopyIo): Promise<CopyReport>;
  /** Keeps the files of a sandbox, for others to begin with. */
  snapshot(params: SandboxSnapshotParams): Promise<SnapshotRow & { readonly sandbox: string }>;
  snapshots(caller: CallerContext): Promise<readonly SnapshotRow[]>;
  removeSnapshots(params: SandboxTargetsParams): Promise<readonly SnapshotRemoval[]>;
  volumes(caller: CallerContext): Promise<readonly VolumeRow[]>;
  createVolume(params: VolumeCreateParams): Promise<VolumeCreation>;
  /** Removes volumes with their files, by name or id. Throws IRIS_CONFLICT for one that a sandbox has. */
  removeVolumes(params: SandboxTargetsParams): Promise<readonly VolumeRemoval[]>;
  /** Closes what nobody uses any more, or only finds it. */
  gc(params: SandboxGcParams): Promise<SandboxGcReport>;
}

export interface SandboxDoorOptions {
  readonly stateDir: string;
  readonly copierFile: string;
  readonly backends: Backends;
  readonly load: (caller: CallerContext) => Promise<Loaded>;
}

interface Look {
  readonly loaded: Loaded;
  readonly known: readonly FoundSandbox[];
}

/** Opens the door to the sandboxes; each call looks anew at what there is. */
export function openSandboxDoor({ stateDir, copierFile, backends, load }: SandboxDoorOptions): SandboxDoor {
  const openOf = async ({ config, env }: Loaded): Promise<Backend> => await backends.open(config, env);
  const current = async (caller: CallerContext): Promise<Backend> => await openOf(await load(caller));
  const look = async (caller: CallerContext): Promise<Look> => {
    const loaded = await load(caller);
    return { loaded, known: await knownSandboxes(backends, await openOf(loaded)) };
  };
  const one = async (params: SandboxTargetParams): Promise<FoundSandbox> => {
    const { loaded, known } = await look(params);
    return findOne(known, params.target, loaded.projectDir);
  };
  // All of them are found before anything is done to the first.
  const all = ({ loaded, known }: Look, targets: readonly string[]): FoundSandbox[] => [
    ...new Set(targets.flatMap((target) => findAll(known, target, loaded.projectDir))),
  ];
  return {
    info: async (params) => await sandboxDetails(await one(params)),
    pause: async (params) => await pauseSandboxes(all(await look(params), params.targets)),
    resume: async (params) => {
      const seen = await look(params);
      return await resumeSandboxes(all(seen, params.targets), seen.loaded.config.sandboxTimeoutMs);
    },
    extend: async (params) => await extendSandbox(await one(params), params.timeLeftMs),
    logs: async (params) => await sandboxLog(await one(params), params.limit),
    metrics: async (params) => await sandboxMetrics(await one(params)),
    async *exec(params, io) {
      const { loaded, known } = await look(params);
      const { sandbox, sandboxTimeoutMs } = loaded.config;
      const found = findOne(known, params.target ?? sandbox, loaded.projectDir);
      yield* execInSandbox(found, { ...params, idleMs: sandboxTimeoutMs }, io);
    },
    copy: async (params, io) => {
      const { loaded, known } = await look(params);
      const { sandbox, sandboxTimeoutMs } = loaded.config;
      const found = findOne(known, params.target ?? sandbox, loaded.projectDir);
      return await copyFiles(found, params, { ...io, copierFile, idleMs: sandboxTimeoutMs });
    },
    snapshot: async (params) => await takeSnapshot(await one(params), params.name),
    snapshots: async (caller) => await (await current(caller)).provider.snapshots(),
    removeSnapshots: async (params) => {
      const { provider } = await current(params);
      return await Promise.all(
        params.targets.map(async (id) => ({ id, isRemoved: await provider.deleteSnapshot(id) })),
      );
    },
    volumes: async (caller) => await volumeRows((await current(caller)).provider, (await look(caller)).known),
    createVolume: async (params) => {
      const { provider } = await current(params);
      return { name: params.name, isCreated: await provider.createVolume(params.name) };
    },
    removeVolumes: async (params) => {
      const { provider } = await current(params);
      return await removeVolumes(provider, (await look(params)).known, params.targets);
    },
    gc: async (params) => {
      const { loaded, known } = await look(params);
      return await collectGarbage(known, { ...params, stateDir, idleMs: loaded.config.sandboxTimeoutMs });
    },
  };
}
