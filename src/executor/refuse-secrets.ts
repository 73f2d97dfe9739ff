import { relative, resolve } from 'node:path';
import { IrisError } from '../core/errors.ts';
import type { Suspect } from './bundle/find-suspects.ts';

/** Throws SECRET_FOUND when a file that is likely to give a secret away would be sent, and nobody named it. */
export function refuseSecrets(
  suspects: readonly Suspect[],
  { localDir, allowed }: { readonly localDir: string; readonly allowed: readonly string[] },
): void {
  const [first, ...others] = refusedSecrets(suspects, { localDir, allowed });
  if (first === undefined) return;
  const shown = relative(localDir, first.file);
  const rest = others.length === 0 ? '' : `, and ${others.length} more like it`;
  throw new IrisError(
    'SECRET_FOUND',
    `${shown} looks like ${first.look}${rest}, and would leave this machine`,
    {
      hint: `Pass secrets by name: --secret or --secret-env. To send the file all the same: --allow-secret-file ${shown}`,
      details: {
        files: [first, ...others].map(({ file, look }) => ({ file: relative(localDir, file), look })),
      },
    },
  );
}

/** Those that nobody allowed by name. */
export function refusedSecrets(
  suspects: readonly Suspect[],
  { localDir, allowed }: { readonly localDir: string; readonly allowed: readonly string[] },
): Suspect[] {
  const named = new Set(allowed.map((file) => resolve(localDir, file)));
  return suspects.filter(({ file }) => !named.has(file));
}
