import type { IncomingMessage, ServerResponse } from 'node:http';
import { encodeEnvelope, END_OF_STREAM } from '../../core/connect-envelope.ts';
import { ConnectFailure, toConnectFailure } from '../../core/connect-failure.ts';
import type { ManagedProcess } from './managed-process.ts';
import { present, presentInput, readStreamedInput } from './process-requests.ts';
import type { ProcessTable } from './process-table.ts';
import { codecOf, readMessages } from './stream-request.ts';

/**
 * Process/StreamInput: the first message names the process, the others are what it reads, at its own pace.
 * The end of the stream leaves the process's stdin open.
 */
export async function serveInputStream(
  processes: ProcessTable,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const codec = codecOf(request);
  try {
    await passOn(processes, request);
    const empty = Buffer.from(codec === 'json' ? '{}' : '');
    reply(request, response, [encodeEnvelope(0, empty), trailer({})]);
  } catch (thrown) {
    reply(request, response, [trailer({ error: toConnectFailure(thrown).toJSON() })]);
    request.resume();
  }
}

async function passOn(processes: ProcessTable, request: IncomingMessage): Promise<void> {
  const codec = codecOf(request);
  let target: ManagedProcess | undefined;
  for await (const message of readMessages(request)) {
    const event = readStreamedInput(message, codec);
    if (event?.type === 'start') target = processes.running(present(event.selector));
    if (event?.type !== 'data') continue;
    if (!target) throw new ConnectFailure('invalid_argument', 'input comes before the start of the stream');
    await target.writeInput(presentInput(event.input));
  }
  if (!target) throw new ConnectFailure('invalid_argument', 'no process is selected');
}

function reply(request: IncomingMessage, response: ServerResponse, envelopes: readonly Buffer[]): void {
  if (response.destroyed) return;
  response.writeHead(200, { 'content-type': `application/connect+${codecOf(request)}` });
  response.end(Buffer.concat(envelopes));
}

function trailer(end: object): Buffer {
  return encodeEnvelope(END_OF_STREAM, Buffer.from(JSON.stringify(end)));
}
