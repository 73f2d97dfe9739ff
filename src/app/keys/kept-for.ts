import type { KeptName } from '../../config/key-file.ts';
import type { CallerContext } from '../../contract/daemon-wire.ts';
import { e2bApiUrl } from '../e2b-api-url.ts';

/** Variables that say the same as the one that is kept. */
const SAME_AS: Readonly<Record<KeptName, readonly string[]>> = {
  E2B_API_KEY: ['E2B_API_KEY'],
  DATABASE_URL: ['DATABASE_URL'],
  SUPABASE_SECRET_KEY: ['SUPABASE_SECRET_KEY', 'SUPABASE_SERVICE_ROLE_KEY', 'SUPABASE_KEY'],
};

/**
 * The service that a value is for: a key that was kept for one is never sent to another, whatever variables say. Empty for
 * a value that is an address itself.
 */
export function addressFor(name: KeptName, env: CallerContext['env']): string {
  if (name === 'DATABASE_URL') return '';
  const address = name === 'E2B_API_KEY' ? e2bApiUrl(env) : (env['SUPABASE_URL'] ?? '');
  return address.replace(/\/+$/, '');
}

/** The variable that says it, which counts before what is kept. */
export function variableFor(name: KeptName, env: CallerContext['env']): string | undefined {
  return SAME_AS[name].find((variable) => (env[variable] ?? '') !== '');
}
