import { ConnectFailure } from '../../core/connect-failure.ts';
import { encodeProcessList } from '../../core/process-call-wire.ts';
import type { StreamCodec } from './event-stream.ts';
import { processListToJson } from './process-json.ts';
import { readInputRequest, readSelector, readSignalRequest, readUpdateRequest } from './process-requests.ts';
import type { ProcessTable } from './process-table.ts';

/** A unary method: the bytes of the request's message to the bytes of the answer's. */
type Call = (processes: ProcessTable, message: Buffer, codec: StreamCodec) => Promise<Buffer>;

/** The unary methods of process.Process. */
export const PROCESS_CALLS: Readonly<Record<string, Call>> = {
  List: (processes, _message, codec) => Promise.resolve(listing(processes, codec)),
  SendInput: async (processes, message, codec) => {
    const { selector, input } = readInputRequest(message, codec);
    await processes.running(selector).writeInput(input);
    return empty(codec);
  },
  Update: async (processes, message, codec) => {
    const { selector, size } = readUpdateRequest(message, codec);
    const target = processes.running(selector);
    if (size) await target.resize(size);
    return empty(codec);
  },
  CloseStdin: async (processes, message, codec) => {
    processes.running(readSelector(message, codec)).closeStdin();
    return empty(codec);
  },
  SendSignal: async (processes, message, codec) => {
    const { selector, signal } = readSignalRequest(message, codec);
    processes.running(selector).signal(toSignal(signal));
    return empty(codec);
  },
};

/** By protobuf's name and number; SIGINT is our own addition. */
const SIGNALS: ReadonlyMap<unknown, NodeJS.Signals> = new Map<unknown, NodeJS.Signals>([
  ['SIGNAL_SIGKILL', 'SIGKILL'],
  [9, 'SIGKILL'],
  ['SIGNAL_SIGTERM', 'SIGTERM'],
  [15, 'SIGTERM'],
  ['SIGNAL_SIGINT', 'SIGINT'],
  [2, 'SIGINT'],
]);

function toSignal(given: unknown): NodeJS.Signals {
  const signal = SIGNALS.get(given);
  if (signal) return signal;
  throw new ConnectFailure('invalid_argument', `invalid signal: ${String(given)}`);
}

function listing(processes: ProcessTable, codec: StreamCodec): Buffer {
  const running = processes.list();
  if (codec === 'proto') return encodeProcessList(running);
  return Buffer.from(JSON.stringify(processListToJson(running)));
}

function empty(codec: StreamCodec): Buffer {
  return Buffer.from(codec === 'json' ? '{}' : '');
}
