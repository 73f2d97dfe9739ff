import { IrisError } from '../core/errors.ts';
import { suggest } from '../core/suggest.ts';
import { METADATA } from '../executor/sandbox-metadata.ts';
import type { SandboxListing } from '../sandbox/sandbox.ts';
import type { Backend, Backends } from './backends.ts';

/** A sandbox of iris, and where it lives. */
export interface FoundSandbox {
  readonly backend: Backend;
  readonly listing: SandboxListing;
  readonly name: string;
  /** Whether a run of the caller would look for it there. */
  readonly isCurrent: boolean;
}

/** The sandboxes of iris on `current` and on every other embedded host, newest first. */
export async function knownSandboxes(backends: Backends, current: Backend): Promise<FoundSandbox[]> {
  const opened = await backends.opened();
  const asked = opened.filter((backend) => backend === current || backend.host !== undefined);
  const found = await Promise.all(
    asked.map(async (backend) =>
      (await backend.provider.list()).map((listing) => ({
        backend,
        listing,
        isCurrent: backend === current,
      })),
    ),
  );
  return found
    .flat()
    .flatMap((one) => {
      const name = one.listing.metadata[METADATA.name];
      return name === undefined ? [] : [{ ...one, name }];
    })
    .toSorted((a, b) => b.listing.startedAtMs - a.listing.startedAtMs);
}

/**
 * All that have this id, or this name in the project: with the internet and without, with secrets and without. Those that a run of the
 * caller would use come before those of other hosts. Throws SANDBOX_NOT_FOUND.
 */
export function findAll(known: readonly FoundSandbox[], target: string, project: string): FoundSandbox[] {
  const byId = known.filter(({ listing }) => listing.id === target);
  if (byId.length > 0) return byId;
  const named = known.filter(({ name }) => name === target);
  const here = named.filter(({ listing }) => listing.metadata[METADATA.project] === project);
  const current = here.filter(({ isCurrent }) => isCurrent);
  if (here.length > 0) return current.length > 0 ? current : here;
  const near = suggest(
    target,
    known.flatMap(({ listing, name }) => [listing.id, name]),
  );
  const [elsewhere] = named;
  const nextStep = near === undefined ? 'List them with: iris sandbox ls' : `Did you mean ${near}?`;
  throw new IrisError('SANDBOX_NOT_FOUND', `There is no sandbox ${target} in this project`, {
    hint: elsewhere === undefined ? nextStep : hintAt(elsewhere),
  });
}

/** The same for what takes one sandbox. Throws USAGE_INVALID where the name stands for two. */
export function findOne(known: readonly FoundSandbox[], target: string, project: string): FoundSandbox {
  const [found, ...others] = findAll(known, target, project);
  if (found !== undefined && others.length === 0) return found;
  const ids = [found, ...others].flatMap((one) => (one === undefined ? [] : [describeChoice(one)]));
  throw new IrisError('USAGE_INVALID', `${ids.length} sandboxes of this project are called ${target}`, {
    hint: `Take an id: ${ids.join(', ')}`,
  });
}

/** The names of the secrets that are added to what a sandbox sends; undefined for none. */
export function secretsOf({ metadata }: SandboxListing): string | undefined {
  const identity = metadata[METADATA.secrets];
  return identity === undefined || identity === 'none' ? undefined : identity.replace(/ [0-9a-f]+$/, '');
}

function hintAt({ listing }: FoundSandbox): string {
  const project = listing.metadata[METADATA.project] ?? 'another project';
  return `There is one in ${project}: take its id, ${listing.id}`;
}

function describeChoice({ listing }: FoundSandbox): string {
  const network = listing.metadata[METADATA.network] === 'yes' ? 'with --net' : 'without network';
  const secrets = secretsOf(listing);
  return `${listing.id} (${secrets === undefined ? network : `${network}, with ${secrets}`})`;
}
