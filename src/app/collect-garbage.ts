import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { SandboxGcReport, SandboxOrphan } from '../contract/sandbox-wire.ts';
import { errnoOf } from '../core/errors.ts';
import { METADATA } from '../executor/sandbox-metadata.ts';
import type { FoundSandbox } from './find-sandbox.ts';
import { machineMark } from './maker-notes.ts';
import { whyOrphan, type OrphanRule, type Suspect } from './orphans.ts';
import { readOwnerMark } from './owner-mark.ts';

export interface GarbageWish {
  readonly stateDir: string;
  readonly idleMs: number;
  readonly all: boolean;
  readonly isDryRun: boolean;
  /** Closes no others than these, which somebody has seen; undefined sets no such bound. */
  readonly only?: readonly string[] | undefined;
}

/** Finds the orphans among the sandboxes of this user, and closes them unless it is only asked for them. */
export async function collectGarbage(
  known: readonly FoundSandbox[],
  wish: GarbageWish,
): Promise<SandboxGcReport> {
  const owner = await readOwnerMark(wish.stateDir);
  const rule = { owner, idleMs: wish.idleMs, nowMs: Date.now(), all: wish.all };
  const judged = await Promise.all(known.map(async (found) => await judge(found, known, rule)));
  const orphans = judged
    .flatMap((one) => (one === undefined ? [] : [one]))
    .filter(({ orphan }) => wish.only === undefined || wish.only.includes(orphan.id));
  if (!wish.isDryRun) await Promise.all(orphans.map(({ found }) => close(found)));
  return { isDryRun: wish.isDryRun, orphans: orphans.map(({ orphan }) => orphan) };
}

interface Judged {
  readonly found: FoundSandbox;
  readonly orphan: SandboxOrphan;
}

async function judge(
  found: FoundSandbox,
  known: readonly FoundSandbox[],
  rule: OrphanRule,
): Promise<Judged | undefined> {
  const { backend, listing, name } = found;
  const peers = known.filter((other) => other.backend === backend).map((other) => other.listing);
  const why = whyOrphan(await examine(found, rule), peers, rule);
  if (why === undefined) return undefined;
  const orphan = {
    id: listing.id,
    name,
    provider: backend.provider.kind,
    project: listing.metadata[METADATA.project] ?? '',
    state: listing.state,
    ageMs: Math.max(0, rule.nowMs - listing.startedAtMs),
    why,
  };
  return { found, orphan };
}

async function examine({ backend, listing }: FoundSandbox, { owner }: OrphanRule): Promise<Suspect> {
  const live = await backend.executor.sandboxes.find(listing.id);
  const isFromHere = listing.metadata[METADATA.machine] === machineMark(owner);
  return {
    listing,
    isKnown: live !== undefined,
    isBusy: live !== undefined && live.runs > 0,
    isProjectGone: isFromHere && (await isGone(listing.metadata[METADATA.project] ?? '')),
  };
}

/** Only what is surely not there is gone: a folder that cannot be looked at may come back. */
async function isGone(project: string): Promise<boolean> {
  if (!isAbsolute(project)) return false;
  try {
    await stat(project);
    return false;
  } catch (thrown) {
    return errnoOf(thrown) === 'ENOENT';
  }
}

async function close({ backend, listing: { id } }: FoundSandbox): Promise<void> {
  await backend.executor.sandboxes.forgetId(id);
  await backend.provider.kill(id);
}
