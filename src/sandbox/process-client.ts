import type { Readable } from 'node:stream';
import { encodeEnvelope } from '../core/connect-envelope.ts';
import { IrisError } from '../core/errors.ts';
import {
  encodeConnectRequest,
  encodeStartRequest,
  type ProcessSelector,
  type TerminalSize,
} from '../core/process-wire.ts';
import type { SignalName } from '../core/signal-name.ts';
import type { HttpClient } from './http-request.ts';
import { toRefusal } from './process-refusal.ts';
import { readEvents } from './process-stream.ts';
import { readBounded, toStatusError } from './read-answer.ts';
import type { ProcessEvent, ProcessSpec, SandboxEndpoint } from './sandbox.ts';

/** A process in a sandbox. Leaving `events` early disconnects; it does not kill the process. */
export interface SandboxProcess<Event = ProcessEvent> {
  readonly pid: number;
  readonly events: AsyncIterable<Event>;
  sendStdin(chunk: Buffer): Promise<void>;
  closeStdin(): Promise<void>;
  signal(name: SignalName): Promise<void>;
  /** Sets the size of its terminal. Throws where it has none. */
  resize(size: TerminalSize): Promise<void>;
  /** Ends the stream of events at once, whatever the network does; the process is left as it is. */
  abandon(): void;
}

const STREAM_HEADERS = { 'content-type': 'application/connect+proto', 'connect-protocol-version': '1' };
const UNARY_HEADERS = { 'content-type': 'application/json', 'connect-protocol-version': '1' };

/**
 * Starts a process over E2B's Connect protocol and streams its output, in binary and with back-pressure,
 * which the SDK's own handle cannot do. Throws SANDBOX_NOT_FOUND and SANDBOX_UNAVAILABLE when nothing was started, and
 * SANDBOX_LOST when nobody here knows whether it was.
 */
export async function startProcess(
  client: HttpClient,
  endpoint: SandboxEndpoint,
  spec: ProcessSpec,
  signal?: AbortSignal,
): Promise<SandboxProcess> {
  const headers: Record<string, string> = { ...spec.headers };
  if (spec.timeoutMs > 0) headers['connect-timeout-ms'] = String(spec.timeoutMs);
  const message = encodeStartRequest(spec);
  const input = spec.pty === undefined ? 'stdin' : 'pty';
  return await openStream(client, endpoint, { method: 'Start', headers, message, signal, input });
}

/** Follows a process that runs already, or ended a moment ago. Throws as `startProcess`, but for what has no process. */
export async function connectProcess(
  client: HttpClient,
  endpoint: SandboxEndpoint,
  selector: ProcessSelector,
  signal?: AbortSignal,
): Promise<SandboxProcess> {
  const message = encodeConnectRequest(selector);
  return await openStream(client, endpoint, {
    method: 'Connect',
    headers: {},
    message,
    signal,
    input: 'stdin',
  });
}

interface StreamCall {
  readonly method: 'Start' | 'Connect';
  readonly headers: Readonly<Record<string, string>>;
  readonly message: Buffer;
  readonly signal: AbortSignal | undefined;
  /** What takes its input. */
  readonly input: 'stdin' | 'pty';
}

async function openStream(
  client: HttpClient,
  endpoint: SandboxEndpoint,
  { method, headers, message, signal, input }: StreamCall,
): Promise<SandboxProcess> {
  using startOnly = untilDisposed(signal);
  const { pingMs, silenceMs } = client.patience;
  const answer = await client.stream(endpoint, {
    path: `/process.Process/${method}`,
    headers: { ...STREAM_HEADERS, 'keepalive-ping-interval': String(pingMs / 1000), ...headers },
    body: [encodeEnvelope(0, message)],
    signal: startOnly.signal,
  });
  if (answer.statusCode !== 200) {
    throw toStatusError(answer.statusCode, await readBounded(answer.body), endpoint);
  }
  // The way inside of this process cannot go silent.
  const events = readEvents(answer, endpoint, answer.keepsConnection ? silenceMs : undefined);
  const first = await events.next();
  if (first.done === true || first.value.type !== 'started') throw withoutStart(endpoint);
  return {
    ...callsOf(client, endpoint, { pid: first.value.pid, input }),
    events,
    abandon: () => abandon(answer.body),
  };
}

function callsOf(
  client: HttpClient,
  endpoint: SandboxEndpoint,
  { pid, input }: { readonly pid: number; readonly input: StreamCall['input'] },
): Omit<SandboxProcess, 'events' | 'abandon'> {
  const selector = { process: { pid } };
  const call = (method: string, message: object): Promise<void> =>
    callUnary(client, endpoint, method, message);
  return {
    pid,
    sendStdin: (chunk) => call('SendInput', { ...selector, input: { [input]: chunk.toString('base64') } }),
    // A terminal has no end: who leaves it hangs up.
    closeStdin: () => (input === 'pty' ? Promise.resolve() : call('CloseStdin', selector)),
    resize: (size) => call('Update', { ...selector, pty: { size } }),
    signal: (name) => call('SendSignal', { ...selector, signal: `SIGNAL_${name}` }),
  };
}

function abandon(body: Readable): void {
  body.destroy(new Error('abandoned'));
}

/** A stream that ends before it began may have been cut off on its way. */
function withoutStart({ sandboxId }: SandboxEndpoint): IrisError {
  return new IrisError('SANDBOX_LOST', `Sandbox ${sandboxId} sent no start event`, {
    hint: 'Run again; if it stays so: iris doctor',
  });
}

/** A signal that follows `signal` only while it is in scope: a started process is ended by signals, not by hanging up. */
function untilDisposed(signal: AbortSignal | undefined): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal?.reason);
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort, { once: true });
  return { signal: controller.signal, [Symbol.dispose]: () => signal?.removeEventListener('abort', abort) };
}

async function callUnary(
  client: HttpClient,
  endpoint: SandboxEndpoint,
  method: string,
  message: object,
): Promise<void> {
  const response = await client.post(endpoint, {
    path: `/process.Process/${method}`,
    headers: UNARY_HEADERS,
    body: [Buffer.from(JSON.stringify(message))],
  });
  const answer = await readBounded(response);
  if (response.statusCode === 200) return;
  const isFromEnvd = String(response.headers['content-type']).startsWith('application/json');
  const { statusCode = 0 } = response;
  throw isFromEnvd && statusCode !== 502
    ? toRefusal(answer, endpoint)
    : toStatusError(statusCode, answer, endpoint);
}
