import { VERSION } from '../core/version.ts';
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
  wish: Pick<SandboxWish, 'project' | 'template' | 'hasNetwork' | 'injected'>,
  owner: string | undefined,
): Readonly<Record<string, string>> {
  return {
    [METADATA.name]: name,
    [METADATA.project]: wish.project,
    [METADATA.version]: VERSION,
    [METADATA.network]: wish.hasNetwork ? 'yes' : 'no',
    ...(wish.template === undefined ? {} : { [METADATA.template]: wish.template }),
    [METADATA.secrets]: wish.injected?.identity ?? 'none',
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
