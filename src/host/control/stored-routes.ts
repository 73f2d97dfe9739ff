import type { RouteRow } from '../http/router.ts';
import type { ControlHandler } from './handler.ts';
import { createSecret, deleteSecret, listSecrets, showSecret, updateSecret } from './secrets/secret-calls.ts';
import { listTags, listTeams, listTemplates, refuseBuild, showAlias } from './templates/template-calls.ts';
import { createVolume, deleteVolume, listVolumes, showVolume } from './volumes/volume-calls.ts';

interface HostRow {
  readonly on: 'host';
  readonly handle: ControlHandler;
}

/** The calls about what outlives sandboxes: volumes, secrets, templates, teams. */
export function storedRoutes(): RouteRow<HostRow>[] {
  const rows: readonly (readonly [method: string, pattern: string, handle: ControlHandler])[] = [
    ['POST', '/volumes', createVolume],
    ['GET', '/volumes', listVolumes],
    ['GET', '/volumes/:id', showVolume],
    ['DELETE', '/volumes/:id', deleteVolume],
    ['POST', '/secrets', createSecret],
    ['GET', '/secrets', listSecrets],
    ['GET', '/secrets/:id', showSecret],
    ['POST', '/secrets/:id', updateSecret],
    ['DELETE', '/secrets/:id', deleteSecret],
    ['GET', '/teams', listTeams],
    ['GET', '(?:/v2)?/templates', listTemplates],
    ['GET', '/templates/aliases/:alias', showAlias],
    ['GET', '/templates/:id/tags', listTags],
    ...['GET', 'POST', 'PATCH', 'DELETE'].map(
      (method) => [method, '(?:/v[23])?/templates(?:/.*)?', refuseBuild] as const,
    ),
  ];
  return rows.map(([method, pattern, handle]) => ({ method, pattern, handler: { on: 'host', handle } }));
}
