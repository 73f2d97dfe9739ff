import { z } from 'zod';
import { IrisError } from '../core/errors.ts';
import { parseJson } from './read-answer.ts';
import type { SandboxEndpoint } from './sandbox.ts';

const connectError = z.object({ code: z.string().optional(), message: z.string().optional() });
const trailer = z.object({ error: connectError.optional() });

/** Throws what the end of a stream tells of. */
export function throwTrailer(payload: Buffer, endpoint: SandboxEndpoint): void {
  const parsed = trailer.safeParse(parseJson(payload));
  if (parsed.data?.error !== undefined) throw toProcessError(parsed.data.error, endpoint);
}

/** What envd says when a call about a process comes to nothing. */
export function toRefusal(body: Buffer, endpoint: SandboxEndpoint): IrisError {
  return toProcessError(connectError.safeParse(parseJson(body)).data ?? {}, endpoint);
}

/** envd refuses a start (no such command, no such directory) in the end of the stream. */
function toProcessError(error: z.infer<typeof connectError>, endpoint: SandboxEndpoint): IrisError {
  const text = error.message ?? error.code ?? 'unknown error';
  const details = { connectCode: error.code ?? 'unknown' };
  if (error.code === 'invalid_argument') {
    return new IrisError('USAGE_INVALID', `The sandbox refused to start the script: ${text}`, {
      hint: 'Check --cwd: it is a directory in the sandbox, not on this machine.',
      details,
    });
  }
  if (error.code === 'not_found')
    return new IrisError('SANDBOX_LOST', `The script has ended already: ${text}`, { details });
  return new IrisError(
    'SANDBOX_UNAVAILABLE',
    `Sandbox ${endpoint.sandboxId} could not start the process: ${text}`,
    { hint: 'Run again with --new for a fresh sandbox.', details },
  );
}

/** Whether envd itself refused: asking once more changes nothing. */
export function isRefusal({ details }: IrisError): boolean {
  const code = details?.['connectCode'];
  return code !== undefined && code !== 'unavailable';
}

/** Whether it was thrown because the sandbox knows of no such process. */
export function isUnknownProcess({ details }: IrisError): boolean {
  return details?.['connectCode'] === 'not_found';
}
