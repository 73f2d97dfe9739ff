import { relative, resolve } from 'node:path';
import { IrisError } from '../core/errors.ts';
import type { Suspect } from './bundle/find-suspects.ts';
import type { RunRequest } from './run-request.ts';

type Allowing = Pick<RunRequest, 'localDir' | 'allowedSecretFiles'>;

/** Throws SECRET_FOUND when a file that is likely to give a secret away would be sent, and nobody named it. */
export function refuseSecrets(suspects: readonly Suspect[], request: Allowing): void {
  const refused = refusedSecrets(suspects, request);
  const [first, ...others] = refused;
  if (first === undefined) return;
  const shown = ({ file }: Suspect): string => relative(request.localDir, file);
  const rest = others.length === 0 ? '' : `, and ${others.length} more like it`;
  throw new IrisError(
    'SECRET_FOUND',
    `${shown(first)} looks like ${first.look}${rest}, and would be sent to the sandbox`,
    {
      hint: `Pass secrets by name: --secret or --secret-env. To send the file all the same: --allow-secret-file ${shown(first)}`,
      details: { files: refused.map((suspect) => ({ file: shown(suspect), look: suspect.look })) },
    },
  );
}

/** Those that nobody allowed by name. */
export function refusedSecrets(suspects: readonly Suspect[], request: Allowing): Suspect[] {
  const { localDir, allowedSecretFiles = [] } = request;
  const allowed = new Set(allowedSecretFiles.map((file) => resolve(localDir, file)));
  return suspects.filter(({ file, isNamed }) => isNamed !== true && !allowed.has(file));
}
