import { VERSION } from '../core/version.ts';
import { METADATA } from '../executor/sandbox-metadata.ts';
import type { SandboxListing } from '../sandbox/sandbox.ts';

/** A sandbox, with what this machine knows about it. */
export interface Suspect {
  readonly listing: SandboxListing;
  /** Whether this process remembers it. */
  readonly isKnown: boolean;
  /** Whether a run uses it now. */
  readonly isBusy: boolean;
  /** Whether its project was here, on this very machine, and is no more. */
  readonly isProjectGone: boolean;
}

export interface OrphanRule {
  /** Whose sandboxes may be judged. */
  readonly owner: string;
  readonly idleMs: number;
  readonly nowMs: number;
  /** Also those that a later run could still come back to. */
  readonly all: boolean;
}

/**
 * Says why nobody uses a sandbox any more, or undefined where that is not certain. Only those of this owner are judged:
 * what `--no-daemon` made has none, for the process that made it may still be there.
 */
export function whyOrphan(
  suspect: Suspect,
  everything: readonly SandboxListing[],
  rule: OrphanRule,
): string | undefined {
  const { listing } = suspect;
  if (listing.metadata[METADATA.owner] !== rule.owner || suspect.isBusy) return undefined;
  if (suspect.isProjectGone) return 'its project is gone';
  if (suspect.isKnown || rule.nowMs - listing.startedAtMs <= rule.idleMs) return undefined;
  if (listing.metadata[METADATA.shared] === 'no') return 'it was for one run';
  if (everything.some((other) => replaces(other, listing))) return 'a newer one has its place';
  if (!rule.all) return undefined;
  return listing.metadata[METADATA.version] === VERSION ? 'nothing uses it now' : 'another version made it';
}

/** A later run takes the newest of those that are alike. */
function replaces(other: SandboxListing, listing: SandboxListing): boolean {
  return other.startedAtMs > listing.startedAtMs && IDENTITY.every((key) => isSame(key, other, listing));
}

const IDENTITY = [
  METADATA.name,
  METADATA.project,
  METADATA.version,
  METADATA.network,
  METADATA.template,
  METADATA.secrets,
  METADATA.owner,
] as const;

function isSame(key: string, a: SandboxListing, b: SandboxListing): boolean {
  return a.metadata[key] === b.metadata[key];
}
