import { toIrisError } from '../core/errors.ts';
import { hasMetadata } from '../sandbox/has-metadata.ts';
import type { Sandbox, SandboxListing, SandboxProvider } from '../sandbox/sandbox.ts';

export interface ResumeWish {
  /** Its identity; all of it must be as it was. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Tells which may come back, of those that were given up. */
  readonly isUsable: (listing: SandboxListing) => boolean;
}

export interface Resumed {
  readonly sandbox: Sandbox;
  readonly endAtMs: number;
}

/** The sandbox that an earlier daemon left, or why there is one that cannot be used; empty when there is none. */
export interface ResumeAttempt {
  readonly resumed?: Resumed;
  readonly failure?: string;
}

/** Finds the newest sandbox with this metadata and connects to it. What fails here is told, never thrown. */
export async function resumeSandbox(provider: SandboxProvider, wish: ResumeWish): Promise<ResumeAttempt> {
  let found: SandboxListing | undefined;
  try {
    found = await findLeft(provider, wish);
    if (found === undefined) return {};
    const sandbox = await provider.connect(found.id, wish.timeoutMs);
    const neededEndMs = Date.now() + sandbox.grantedMs;
    // Connecting never shortens the life of one that runs.
    const endAtMs = found.state === 'running' ? Math.max(found.endAtMs, neededEndMs) : neededEndMs;
    return { resumed: { sandbox, endAtMs } };
  } catch (thrown) {
    const { message } = toIrisError(thrown);
    return { failure: found === undefined ? message : `${found.id}: ${message}` };
  }
}

/** The newest sandbox with this metadata, without a word to it. */
export async function findLeft(
  provider: SandboxProvider,
  wish: Omit<ResumeWish, 'timeoutMs'>,
): Promise<SandboxListing | undefined> {
  return newestOf((await provider.list(wish.metadata)).filter((listing) => isWished(listing, wish)));
}

/** The server was asked for this metadata; that it is there is what keeps projects apart, so it is checked. */
function isWished(listing: SandboxListing, wish: Omit<ResumeWish, 'timeoutMs'>): boolean {
  return hasMetadata(listing, wish.metadata) && wish.isUsable(listing);
}

function newestOf(listings: readonly SandboxListing[]): SandboxListing | undefined {
  return listings.toSorted((left, right) => right.startedAtMs - left.startedAtMs)[0];
}
