import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { never } from '../core/never.ts';
import { IrisError } from '../core/errors.ts';
import { signalOfStatus } from '../core/signal-status.ts';
import type { StreamedAnswer } from './channel-post.ts';
import { chunksOf, discard } from './chunks-of.ts';
import { endedInUse, mapConnectionError } from './http-request.ts';
import { ProcessEventReader, type StreamPart } from './process-events.ts';
import { isRefusal, throwTrailer } from './process-refusal.ts';
import type { ProcessEvent, SandboxEndpoint } from './sandbox.ts';

/** Reads what a process stream says. Throws SANDBOX_LOST when it breaks, or is silent for longer than it may be. */
export async function* readEvents(
  { body, keepsConnection }: StreamedAnswer,
  endpoint: SandboxEndpoint,
  silenceMs?: number,
): AsyncGenerator<ProcessEvent, void> {
  const reader = new ProcessEventReader();
  let hasExited = false;
  // After the exit nothing comes but the end: a connection that is kept saves the next run a handshake.
  const leave = (left: Readable): void => {
    if (hasExited && keepsConnection) discard(left);
    else left.destroy();
  };
  try {
    for await (const chunks of chunksOf(body, { leave, silenceMs })) {
      const parts = chunks.flatMap((chunk) => reader.push(chunk));
      hasExited ||= parts.some(({ type }) => type === 'end');
      yield* toProcessEvents(parts, endpoint);
    }
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    if (thrown instanceof RangeError) throw misspoken(thrown, endpoint);
    if (!(thrown instanceof IrisError)) throw mapConnectionError(thrown, endpoint, true);
    throw thrown.code === 'SANDBOX_LOST' && !isRefusal(thrown) ? endedInUse(thrown, endpoint) : thrown;
  }
}

function* toProcessEvents(
  parts: readonly StreamPart[],
  endpoint: SandboxEndpoint,
): Generator<ProcessEvent, void> {
  for (const part of parts) {
    const event = toProcessEvent(part, endpoint);
    if (event !== undefined) yield event;
  }
}

/** Undefined for the trailer of a stream that ended well; throws what a trailer tells of. */
function toProcessEvent(part: StreamPart, endpoint: SandboxEndpoint): ProcessEvent | undefined {
  switch (part.type) {
    case 'data':
      return { type: part.stream === 'stderr' ? 'stderr' : 'stdout', data: part.bytes };
    case 'start':
      return { type: 'started', pid: part.pid };
    case 'end': {
      const signal = signalOfStatus(part.status);
      const exitCode = signal === undefined ? part.exitCode : 128 + numberOf(signal);
      return { type: 'exited', signal, exitCode };
    }
    case 'keepalive':
      return { type: 'alive' };
    case 'trailer':
      throwTrailer(part.payload, endpoint);
      return undefined;
    default:
      return never(part);
  }
}

function numberOf(signal: string): number {
  return Object.entries(constants.signals).find(([name]) => name === signal)?.[1] ?? 0;
}

function misspoken(cause: RangeError, { sandboxId }: SandboxEndpoint): IrisError {
  return new IrisError(
    'SANDBOX_UNAVAILABLE',
    `Sandbox ${sandboxId} sends what is no output: ${cause.message}`,
    {
      hint: 'Run again with --new for a fresh sandbox.',
      cause,
    },
  );
}
