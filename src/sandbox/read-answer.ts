import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { ErrorCode } from '../core/error-codes.ts';
import { IrisError } from '../core/errors.ts';
import type { SandboxEndpoint } from './sandbox.ts';

const MAX_BYTES = 64 * 1024;

/** What E2B's proxy and envd say when they refuse; the proxy names the sandbox, and the port that it looked for. */
const refusal = z.object({
  message: z.string().optional(),
  sandboxId: z.string().optional(),
  port: z.number().optional(),
});

/** The first 64 KiB of an answer. */
export async function readBounded(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The JSON of an answer, or undefined for what is none. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * What it means that a sandbox, or what stands before it, answered with another status than 200.
 * SANDBOX_LOST stands for an answer that leaves open what was done.
 */
export function toStatusError(statusCode: number, body: Buffer, { sandboxId }: SandboxEndpoint): IrisError {
  const said = refusal.safeParse(parseJson(body)).data ?? {};
  const isFromProxy = said.sandboxId !== undefined;
  if (statusCode === 404 || (statusCode === 502 && isFromProxy && said.port === undefined)) {
    return new IrisError('SANDBOX_NOT_FOUND', said.message ?? `Sandbox ${sandboxId} is gone`, {
      hint: 'List the live ones with: iris sandbox ls',
    });
  }
  const words = said.message === undefined ? '' : `: ${said.message}`;
  const meaning = MEANINGS[statusCode];
  if (meaning !== undefined) {
    const { code, text, hint } = meaning;
    return new IrisError(code, `Sandbox ${sandboxId} ${text}${words}`, { hint });
  }
  // A stranger on the way says 502 when it lost the answer; the proxy says it when nothing answers at the port.
  const isOpen = statusCode === 500 || statusCode === 504 || (statusCode === 502 && !isFromProxy);
  return new IrisError(
    isOpen ? 'SANDBOX_LOST' : 'SANDBOX_UNAVAILABLE',
    `Sandbox ${sandboxId} answered ${statusCode}${words}`,
    { hint: 'Run again; if it stays so: iris doctor' },
  );
}

interface Meaning {
  readonly code: ErrorCode;
  readonly text: string;
  readonly hint: string;
}

const TOKEN_REFUSED: Meaning = {
  code: 'AUTH_REJECTED',
  text: 'refused its access token',
  hint: 'Run again; if it stays so, take a fresh sandbox with --new.',
};

const MEANINGS: Readonly<Record<number, Meaning>> = {
  401: TOKEN_REFUSED,
  403: TOKEN_REFUSED,
  429: { code: 'RATE_LIMITED', text: 'got too many requests', hint: 'Wait a moment, then run again.' },
  503: { code: 'SANDBOX_BUSY', text: 'is not available now', hint: 'Wait a moment, then run again.' },
  507: {
    code: 'IRIS_LIMIT_EXCEEDED',
    text: 'has no room for the files',
    hint: 'Delete files there, or take a fresh sandbox with --new.',
  },
};
