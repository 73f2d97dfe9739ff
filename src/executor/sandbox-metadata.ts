import { VERSION } from '../core/version.ts';
import type { VolumeMount } from '../sandbox/sandbox.ts';
import type { SandboxWish } from './sandbox-wish.ts';

/** The metadata that marks a sandbox as ours, so that it can be listed and found again. */
export const METADATA = {
  name: 'iris.name',
  project: 'iris.project',
  version: 'iris.version',
  network: 'iris.network',
  template: 'iris.template',
  /** The secrets that are added to what it sends, by name. */
  secrets: 'iris.secrets',
  /** The volumes that it has, as `volumeWords` writes them. */
  volumes: 'iris.volumes',
  /** Hosts that it may reach although it has no network. */
  reach: 'iris.reach',
  /** Who may take it up again after its process has ended. */
  owner: 'iris.owner',
  /** The run that it was made for. */
  run: 'iris.run',
  /** Whether later runs may come to it by its name. */
  shared: 'iris.shared',
  /** Whose state folder it was made from, also where nobody may take it up again. */
  user: 'iris.user',
  /** The machine whose path the project is. */
  machine: 'iris.machine',
} as const;

/** What tells one sandbox from another: a run comes back to one whose identity is what it would give a new one. */
export function identityOf(
  name: string,
  wish: Pick<SandboxWish, 'project' | 'template' | 'volumes' | 'hasNetwork' | 'reach' | 'injected'>,
  owner: string | undefined,
): Readonly<Record<string, string>> {
  return {
    [METADATA.name]: name,
    [METADATA.project]: wish.project,
    [METADATA.version]: VERSION,
    [METADATA.network]: wish.hasNetwork ? 'yes' : 'no',
    ...(wish.template === undefined ? {} : { [METADATA.template]: wish.template }),
    [METADATA.secrets]: wish.injected?.identity ?? 'none',
    [METADATA.volumes]: volumesText(wish.volumes),
    [METADATA.reach]: reachText(wish.reach),
    ...(owner === undefined ? {} : { [METADATA.owner]: owner }),
  };
}

/** What is noted besides, for people and for clearing up: no sandbox is looked for by it. */
export function notesOf(wish: SandboxWish): Readonly<Record<string, string>> {
  return {
    ...(wish.runId === undefined ? {} : { [METADATA.run]: wish.runId }),
    [METADATA.shared]: wish.name === undefined ? 'no' : 'yes',
  };
}

/** Hosts as one text, in the order that they have. */
function reachText(reach: readonly string[] = []): string {
  return reach.length === 0 ? 'none' : reach.join(',');
}

/** Volumes in an order of their own, so that the same ones are the same text. */
function volumesText(volumes: readonly VolumeMount[] = []): string {
  return volumes.length === 0 ? 'none' : volumeWords(volumes).toSorted().join(',');
}

/** Volumes as they are written, such as `cache:/home/user/cache`. */
export function volumeWords(volumes: readonly VolumeMount[] = []): string[] {
  return volumes.map(({ name, path }) => `${name}:${path}`);
}

/** The volumes of a sandbox with this metadata. */
export function volumesIn(metadata: Readonly<Record<string, string>>): VolumeMount[] {
  const text = metadata[METADATA.volumes] ?? 'none';
  if (text === 'none') return [];
  return text.split(',').map((word) => {
    const at = word.indexOf(':');
    return { name: word.slice(0, at), path: word.slice(at + 1) };
  });
}
