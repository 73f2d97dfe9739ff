import {
  SandboxError,
  type ApiClient,
  type E2B,
  type SandboxInfo,
  type SnapshotInfo,
} from '@e2b/code-interpreter';
import { formatDuration } from '../core/duration.ts';
import { IrisError } from '../core/errors.ts';
import type {
  SandboxDescription,
  SandboxListing,
  SandboxLogLine,
  SandboxUsage,
  Snapshot,
} from './sandbox.ts';

export type E2bClass = E2B['Sandbox'];

/** Lists every page of sandboxes, running and paused. */
export async function listAll(
  sandboxClass: E2bClass,
  metadata: Readonly<Record<string, string>> | undefined,
): Promise<SandboxListing[]> {
  const pages = sandboxClass.list(metadata === undefined ? {} : { query: { metadata: { ...metadata } } });
  const listings: SandboxListing[] = [];
  while (pages.hasNext) listings.push(...(await pages.nextItems()).map(toListing));
  return listings;
}

export async function describe(sandboxClass: E2bClass, id: string): Promise<SandboxDescription> {
  const info = await sandboxClass.getInfo(id);
  const onTimeout = info.lifecycle?.onTimeout === 'pause' ? 'pause' : 'close';
  return { ...toListing(info), template: info.name ?? info.templateId, onTimeout };
}

export async function setTimeLeft(sandboxClass: E2bClass, id: string, timeoutMs: number): Promise<void> {
  try {
    await sandboxClass.setTimeout(id, timeoutMs);
  } catch (thrown) {
    if (!(thrown instanceof SandboxError) || thrown.statusCode !== 400) throw thrown;
    throw new IrisError('USAGE_INVALID', `${formatDuration(timeoutMs)} is not granted: ${thrown.message}`, {
      hint: 'Ask for less: E2B counts from the start of the sandbox, and grants 1h or 24h by the plan.',
      cause: thrown,
    });
  }
}

export async function readUsage(sandboxClass: E2bClass, id: string): Promise<SandboxUsage | undefined> {
  const last = (await sandboxClass.getMetrics(id)).at(-1);
  return (
    last && {
      atMs: last.timestamp.getTime(),
      cpuPercent: last.cpuUsedPct,
      cores: last.cpuCount,
      memoryBytes: last.memUsed,
      memoryLimitBytes: last.memTotal,
      diskBytes: last.diskUsed,
      diskLimitBytes: last.diskTotal,
    }
  );
}

/** Lists every page of snapshots. */
export async function listSnapshots(sandboxClass: E2bClass): Promise<Snapshot[]> {
  const pages = sandboxClass.listSnapshots();
  const snapshots: Snapshot[] = [];
  while (pages.hasNext) snapshots.push(...(await pages.nextItems()).map(toSnapshot));
  return snapshots;
}

export function toSnapshot({ snapshotId, names }: SnapshotInfo): Snapshot {
  return { id: snapshotId, names };
}

/** The SDK has the call only in its generated client. */
export async function readLogs({ api }: ApiClient, id: string, limit: number): Promise<SandboxLogLine[]> {
  const { data, error, response } = await api.GET('/v2/sandboxes/{sandboxID}/logs', {
    params: { path: { sandboxID: id }, query: { direction: 'backward', limit } },
  });
  if (data === undefined) throw toLogsError(id, response.status, error?.message);
  return data.logs
    .map(({ timestamp, level, message, fields }) => ({
      atMs: Date.parse(timestamp),
      level,
      message,
      fields,
    }))
    .toReversed();
}

function toLogsError(id: string, status: number, message = `status ${status}`): IrisError {
  return status === 404
    ? new IrisError('SANDBOX_NOT_FOUND', `There are no logs of sandbox ${id}`, {
        hint: 'List the live ones with: iris sandbox ls',
      })
    : new IrisError('SANDBOX_UNAVAILABLE', `The sandbox host gave no logs of ${id}: ${message}`, {
        hint: 'Run again; if it stays so: iris doctor',
      });
}

const MIB_IN_GIB = 1024;

type Listed = Pick<
  SandboxInfo,
  'sandboxId' | 'metadata' | 'state' | 'startedAt' | 'endAt' | 'cpuCount' | 'memoryMB'
>;

function toListing(info: Listed): SandboxListing {
  return {
    id: info.sandboxId,
    metadata: info.metadata,
    state: info.state,
    startedAtMs: info.startedAt.getTime(),
    endAtMs: info.endAt.getTime(),
    size: { vcpus: info.cpuCount, memoryGib: info.memoryMB / MIB_IN_GIB },
  };
}
