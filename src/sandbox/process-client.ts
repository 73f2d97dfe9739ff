import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { encodeEnvelope } from '../core/connect-envelope.ts';
import { IrisError } from '../core/errors.ts';
import { never } from '../core/never.ts';
import { encodeStartRequest } from '../core/process-wire.ts';
import { signalOfStatus } from '../core/signal-status.ts';
import type { StreamedAnswer } from './channel-post.ts';
import { chunksOf, discard } from './chunks-of.ts';
import { ProcessEventReader, type StreamPart } from './process-events.ts';
import { endedInUse, mapConnectionError, type HttpClient } from './http-request.ts';
import type { SignalName } from '../core/signal-name.ts';
import type { ProcessEvent, ProcessSpec, SandboxEndpoint } from './sandbox.ts';

/** A process in a sandbox. Leaving `events` early disconnects; it does not kill the process. */
export interface SandboxProcess {
  readonly pid: number;
  readonly events: AsyncIterable<ProcessEvent>;
  sendStdin(chunk: Buffer): Promise<void>;
  closeStdin(): Promise<void>;
  signal(name: SignalName): Promise<void>;
}

const STREAM_HEADERS = {
  'content-type': 'application/connect+proto',
  'connect-protocol-version': '1',
  'keepalive-ping-interval': '50',
};
const UNARY_HEADERS = { 'content-type': 'application/json', 'connect-protocol-version': '1' };

const MAX_ERROR_BYTES = 64 * 1024;

/**
 * Starts a process over E2B's Connect protocol and streams its output, in binary and with back-pressure,
 * which the SDK's own handle cannot do. Throws SANDBOX_NOT_FOUND before the start, SANDBOX_LOST after it.
 */
export async function startProcess(
  client: HttpClient,
  endpoint: SandboxEndpoint,
  spec: ProcessSpec,
  signal?: AbortSignal,
): Promise<SandboxProcess> {
  const headers: Record<string, string> = { ...STREAM_HEADERS, ...spec.headers };
  if (spec.timeoutMs > 0) headers['connect-timeout-ms'] = String(spec.timeoutMs);
  const body = encodeEnvelope(0, encodeStartRequest(spec));
  using startOnly = untilDisposed(signal);
  const post = { path: '/process.Process/Start', headers, body, signal: startOnly.signal };
  const answer = await client.stream(endpoint, post);
  if (answer.statusCode !== 200) throw await toStartError(answer, endpoint);

  const events = readEvents(answer, endpoint);
  const first = await events.next();
  if (first.done === true || first.value.type !== 'started') {
    throw new IrisError('SANDBOX_UNAVAILABLE', `Sandbox ${endpoint.sandboxId} sent no start event`);
  }
  const selector = { process: { pid: first.value.pid } };
  const call = (method: string, message: object): Promise<void> =>
    callUnary(client, endpoint, method, message);
  return {
    pid: first.value.pid,
    events,
    sendStdin: (chunk) => call('SendInput', { ...selector, input: { stdin: chunk.toString('base64') } }),
    closeStdin: () => call('CloseStdin', selector),
    signal: (name) => call('SendSignal', { ...selector, signal: `SIGNAL_${name}` }),
  };
}

async function* readEvents(
  { body, keepsConnection }: StreamedAnswer,
  endpoint: SandboxEndpoint,
): AsyncGenerator<ProcessEvent, void> {
  const reader = new ProcessEventReader();
  let hasExited = false;
  // After the exit nothing comes but the end: a connection that is kept saves the next run a handshake.
  const leave = (left: Readable): void => {
    if (hasExited && keepsConnection) discard(left);
    else left.destroy();
  };
  try {
    for await (const chunks of chunksOf(body, leave)) {
      const parts = chunks.flatMap((chunk) => reader.push(chunk));
      hasExited ||= parts.some(({ type }) => type === 'end');
      yield* toProcessEvents(parts, endpoint);
    }
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    if (!(thrown instanceof IrisError)) throw mapConnectionError(thrown, endpoint);
    throw thrown.code === 'SANDBOX_LOST' ? endedInUse(thrown, endpoint) : thrown;
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

/** Undefined for a sign of life and for the end; throws what a trailer tells of. */
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
      return undefined;
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

/** A signal that follows `signal` only while it is in scope: a started process is ended by signals, not by hanging up. */
function untilDisposed(signal: AbortSignal | undefined): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal?.reason);
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort, { once: true });
  return { signal: controller.signal, [Symbol.dispose]: () => signal?.removeEventListener('abort', abort) };
}

const connectError = z.object({ code: z.string().optional(), message: z.string().optional() });
const trailer = z.object({ error: connectError.optional() });

function throwTrailer(payload: Buffer, endpoint: SandboxEndpoint): void {
  const parsed = trailer.safeParse(parseJson(payload));
  if (parsed.data?.error !== undefined) throw toProcessError(parsed.data.error, endpoint);
}

/** envd refuses a start (no such command, no such directory) in the end of the stream. */
function toProcessError(error: z.infer<typeof connectError>, endpoint: SandboxEndpoint): IrisError {
  const text = error.message ?? error.code ?? 'unknown error';
  if (error.code === 'invalid_argument') {
    return new IrisError('USAGE_INVALID', `The sandbox refused to start the script: ${text}`, {
      hint: 'Check --cwd: it is a directory in the sandbox, not on this machine.',
    });
  }
  return new IrisError(
    'SANDBOX_UNAVAILABLE',
    `Sandbox ${endpoint.sandboxId} could not start the process: ${text}`,
    {
      hint: 'Run again with --new for a fresh sandbox.',
    },
  );
}

async function toStartError(answer: StreamedAnswer, endpoint: SandboxEndpoint): Promise<IrisError> {
  const { statusCode } = answer;
  const body = parseJson(await readBounded(answer.body));
  const message = z.object({ message: z.string() }).safeParse(body).data?.message;
  if (statusCode === 502 || statusCode === 404) {
    return new IrisError('SANDBOX_NOT_FOUND', message ?? `Sandbox ${endpoint.sandboxId} is gone`, {
      hint: 'List the live ones with: iris sandbox ls',
    });
  }
  return new IrisError(
    'SANDBOX_UNAVAILABLE',
    `Sandbox ${endpoint.sandboxId} answered ${statusCode}: ${message ?? ''}`,
  );
}

async function callUnary(
  client: HttpClient,
  endpoint: SandboxEndpoint,
  method: string,
  message: object,
): Promise<void> {
  const body = Buffer.from(JSON.stringify(message));
  const response = await client.post(endpoint, {
    path: `/process.Process/${method}`,
    headers: UNARY_HEADERS,
    body,
  });
  const answer = await readBounded(response);
  if (response.statusCode === 200) return;
  const error = connectError.safeParse(parseJson(answer)).data ?? {};
  throw toProcessError(error, endpoint);
}

async function readBounded(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_ERROR_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
