import { availableParallelism } from 'node:os';
import { failure, type Reply } from '../../http/reply.ts';
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

/** GET /templates: names under which there is something; every sandbox is made from this machine. */
export function listTemplates({ limits }: ControlContext): Reply {
  const sizes = {
    cpuCount: availableParallelism(),
    memoryMB: Math.floor(limits.memoryBytes / MIB),
    diskSizeMB: Math.floor(limits.homeBytes / MIB),
  };
  const times = { createdAt: EPOCH, updatedAt: EPOCH, lastSpawnedAt: null };
  const counts = { buildCount: 1, spawnCount: 0, public: true, createdBy: null };
  const build = { buildID: BUILD_ID, buildStatus: 'ready', envdVersion: '0.6.13' };
  const body = TEMPLATES.map((name) => ({
    templateID: name,
    names: [name],
    aliases: [name],
    ...sizes,
    ...times,
    ...counts,
    ...build,
  }));
  return { status: 200, body };
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
