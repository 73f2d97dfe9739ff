import type { RunRequest } from '../executor/run-request.ts';
import { identityOf, METADATA } from '../executor/sandbox-metadata.ts';

const KEYS = [
  METADATA.name,
  METADATA.project,
  METADATA.network,
  METADATA.template,
  METADATA.secrets,
] as const;

/** Which runs come to a sandbox, by its metadata. */
export function slotOf(metadata: Readonly<Record<string, string>>): string {
  return KEYS.map((key) => metadata[key] ?? '').join('\n');
}

/** The same for a run; undefined for one that has a sandbox to itself. */
export function slotOfRequest(request: RunRequest): string | undefined {
  const { sandboxName } = request;
  return sandboxName === undefined ? undefined : slotOf(identityOf(sandboxName, request, undefined));
}
