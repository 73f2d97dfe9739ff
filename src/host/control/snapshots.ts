import { failure, type Reply } from '../http/reply.ts';
import { readJson } from '../http/read-json.ts';
import type { KnownSandbox } from '../sandboxes/known-sandbox.ts';
import type { Snapshot, Snapshots } from '../sandboxes/snapshots.ts';
import { MAX_BODY_BYTES, type ControlCall, type ControlContext } from './handler.ts';
import { decodePageToken, encodePageToken, isPastPage } from './page-token.ts';
import { parseInput, snapshotBody, snapshotsQuery } from './schemas.ts';

/** POST /sandboxes/:id/snapshots: keeps the files as they are now; the sandbox stands still meanwhile. */
export async function createSnapshot(
  { registry, snapshots }: ControlContext,
  call: ControlCall,
  { id }: KnownSandbox,
): Promise<Reply> {
  if (!snapshots) return unsupported();
  const { name } = parseInput(snapshotBody, await readJson(call.request, MAX_BODY_BYTES));
  const snapshot = await registry.withStillHome(id, (home) =>
    snapshots.take(home, { sandboxId: id, name: name?.replace(/:(?:default|latest)$/, '') }),
  );
  return { status: 201, body: describe(snapshot) };
}

/** GET /snapshots: one page of the snapshots, newest first. */
export async function listSnapshots({ snapshots }: ControlContext, call: ControlCall): Promise<Reply> {
  const given = [...call.query].filter(([, value]) => value !== '');
  const query = parseInput(snapshotsQuery, Object.fromEntries(given));
  const last = query.nextToken === undefined ? undefined : decodePageToken(query.nextToken);
  const matching = (await list(snapshots))
    .filter(({ sandboxId }) => query.sandboxID === undefined || sandboxId === query.sandboxID)
    .filter(({ name }) => query.name === undefined || name === query.name.replace(/:(?:default|latest)$/, ''))
    .filter((snapshot) => last === undefined || isPastPage(toPlace(snapshot), last, 'desc'));
  const page = matching.slice(0, query.limit);
  const end = page.at(-1);
  const hasMore = end !== undefined && matching.length > page.length;
  return {
    status: 200,
    body: page.map(describe),
    headers: hasMore ? { 'x-next-token': encodePageToken(toPlace(end)) } : {},
  };
}

/** DELETE /templates/:id: sandboxes that were started with it keep their files. */
export async function deleteSnapshot({ snapshots }: ControlContext, { id }: ControlCall): Promise<Reply> {
  const snapshot = await snapshots?.find(id);
  if (!snapshots || !snapshot) return failure(404, `Template "${id}" does not exist`);
  await snapshots.remove(snapshot);
  return { status: 204 };
}

async function list(snapshots: Snapshots | undefined): Promise<Snapshot[]> {
  return (await snapshots?.list()) ?? [];
}

function toPlace({ createdAtMs, id }: Snapshot): { startedAtMs: number; id: string } {
  return { startedAtMs: createdAtMs, id };
}

/** Both forms of naming it work at create; the tag is E2B's way to tell a version. */
function describe({ id, name }: Snapshot): Readonly<Record<string, unknown>> {
  return { snapshotID: `${name ?? id}:default`, names: name === undefined ? [] : [`${name}:default`] };
}

function unsupported(): Reply {
  return failure(501, 'This host keeps homes in memory: it has no snapshots');
}
