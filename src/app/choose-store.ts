import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { LoadedConfig } from '../config/load.ts';
import type { CallerContext } from '../contract/daemon-wire.ts';
import { IrisError } from '../core/errors.ts';
import { never } from '../core/never.ts';
import type { Identity } from '../store/port/driver.ts';

/** Which database a caller's tools use, and whose data in it. */
export type StoreChoice =
  | { readonly type: 'pglite'; readonly identity: Identity }
  | { readonly type: 'postgres'; readonly url: string; readonly identity: Identity }
  | { readonly type: 'supabase'; readonly url: string; readonly key: string; readonly identity: Identity };

const SECRET_KEYS = ['SUPABASE_SECRET_KEY', 'SUPABASE_SERVICE_ROLE_KEY', 'SUPABASE_KEY'] as const;
const PUBLISHABLE_KEYS = ['SUPABASE_PUBLISHABLE_KEY', 'SUPABASE_ANON_KEY', 'SUPABASE_KEY'] as const;

/** Config first; without a word, Supabase where its address is set, Postgres where that one is, else this machine. */
export function chooseStore({ config, projectDir }: LoadedConfig, env: CallerContext['env']): StoreChoice {
  const kind = kindOf(config.store, env);
  const key = nonEmpty(env['IRIS_API_KEY']);
  const identity: Identity =
    key === undefined
      ? { type: 'project', projectId: config.projectId ?? projectIdOf(projectDir) }
      : { type: 'key', key };
  switch (kind) {
    case 'supabase':
      return { type: 'supabase', ...supabaseAccess(env, identity), identity };
    case 'postgres':
      return { type: 'postgres', url: required(env, 'DATABASE_URL', 'postgres'), identity };
    case 'embedded':
      return { type: 'pglite', identity };
    default:
      return never(kind);
  }
}

/** The same directory is the same project; two directories of one name are two. */
function projectIdOf(projectDir: string): string {
  const digest = createHash('sha256').update(projectDir).digest('hex').slice(0, 8);
  const name = basename(projectDir)
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, 40);
  return name === '' ? `project-${digest}` : `${name}-${digest}`;
}

function kindOf(
  wanted: LoadedConfig['config']['store'],
  env: CallerContext['env'],
): 'embedded' | 'postgres' | 'supabase' {
  if (wanted !== 'auto') return wanted;
  if (nonEmpty(env['SUPABASE_URL']) !== undefined) return 'supabase';
  return nonEmpty(env['DATABASE_URL']) === undefined ? 'embedded' : 'postgres';
}

/** A secret key sees every project; with a key of iris, which is for one, the publishable key is enough. */
function supabaseAccess(
  env: CallerContext['env'],
  identity: Identity,
): { readonly url: string; readonly key: string } {
  const url = required(env, 'SUPABASE_URL', 'supabase');
  const names = identity.type === 'key' ? PUBLISHABLE_KEYS : SECRET_KEYS;
  const key = names.map((name) => nonEmpty(env[name])).find((value) => value !== undefined);
  if (key !== undefined) return { url, key };
  throw new IrisError('AUTH_MISSING', `The store supabase needs a key, and ${names[0]} is not set`, {
    hint:
      identity.type === 'key'
        ? `export ${names[0]}=… beside IRIS_API_KEY.`
        : `export ${names[0]}=… on a machine of yours, or a key of iris in IRIS_API_KEY with SUPABASE_PUBLISHABLE_KEY.`,
  });
}

function required(env: CallerContext['env'], name: string, store: string): string {
  const value = nonEmpty(env[name]);
  if (value !== undefined) return value;
  throw new IrisError('CONFIG_INVALID', `The store ${store} needs ${name}, which is not set`, {
    hint: `export ${name}=…, or use the data on this machine: IRIS_STORE=embedded`,
  });
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
