import { availableParallelism } from 'node:os';
import { failure, type Reply } from '../../http/reply.ts';
import type { Snapshot } from '../../sandboxes/snapshots.ts';
import type { ControlCall, ControlContext } from '../handler.ts';

const TEMPLATES = ['base', 'code-interpreter-v1'];
const BUILD_ID = '00000000-0000-0000-0000-000000000000';
/** What no sandbox of this host was ever built from has no date. */
const EPOCH = new Date(0).toISOString();
const MIB = 1024 * 1024;

/** GET /teams: the one user of this host. */
export function listTeams(): Reply {
  return { status: 200, body: [{ teamID: 'local', name: 'local', apiKey: '', isDefault: true }] };
}

/** GET /templates: names under which there is something, then the snapshots, newest first. */
export async function listTemplates({ limits, snapshots }: ControlContext): Promise<Reply> {
  const sizes = {
    cpuCount: availableParallelism(),
    memoryMB: Math.floor(limits.memoryBytes / MIB),
    diskSizeMB: Math.floor(limits.homeBytes / MIB),
  };
  const counts = { buildCount: 1, spawnCount: 0, lastSpawnedAt: null, createdBy: null };
  const build = { buildID: BUILD_ID, buildStatus: 'ready', envdVersion: '0.6.13' };
  const taken = (await snapshots?.list()) ?? [];
  const body = [...TEMPLATES.map(describeBuiltIn), ...taken.map(describeSnapshot)].map((template) => ({
    ...template,
    ...sizes,
    ...counts,
    ...build,
  }));
  return { status: 200, body };
}

function describeBuiltIn(name: string): Readonly<Record<string, unknown>> {
  return {
    templateID: name,
    names: [name],
    aliases: [name],
    createdAt: EPOCH,
    updatedAt: EPOCH,
    public: true,
  };
}

function describeSnapshot({ id, name, createdAtMs }: Snapshot): Readonly<Record<string, unknown>> {
  const names = name === undefined ? [] : [name];
  const takenAt = new Date(createdAtMs).toISOString();
  return { templateID: id, names, aliases: names, createdAt: takenAt, updatedAt: takenAt, public: false };
}

/** GET /templates/aliases/:alias */
export function showAlias(_context: ControlContext, call: ControlCall): Reply {
  const alias = call.params['alias'] ?? '';
  if (!TEMPLATES.includes(alias)) return failure(404, `Template alias '${alias}' not found`);
  return { status: 200, body: { templateID: alias, public: true } };
}

/** GET /templates/:id/tags */
export function listTags(_context: ControlContext, call: ControlCall): Reply {
  const id = call.params['id'] ?? '';
  if (!TEMPLATES.includes(id)) return failure(404, `Template '${id}' not found`);
  return { status: 200, body: [{ tag: 'default', buildID: BUILD_ID, createdAt: EPOCH }] };
}

/** Everything that builds or changes a template. */
export function refuseBuild(): Reply {
  return failure(501, 'The embedded host cannot build templates: every sandbox is made from this machine');
}
