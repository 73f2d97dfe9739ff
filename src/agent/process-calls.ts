import { ConnectFailure } from '../core/connect-failure.ts';
import { objectField, textField, type JsonObject } from './json-fields.ts';
import type { ManagedProcess } from './managed-process.ts';
import { selectorFromJson } from './process-json.ts';
import type { ProcessTable } from './process-table.ts';

type Call = (processes: ProcessTable, message: JsonObject) => object | Promise<object>;

/** The unary methods of process.Process. */
export const PROCESS_CALLS: Readonly<Record<string, Call>> = {
  List: (processes) => ({ processes: processes.list().map(toProcessInfo) }),
  SendInput: sendInput,
  CloseStdin: (processes, message) => {
    processes.running(selectorFromJson(message)).closeStdin();
    return {};
  },
  SendSignal: (processes, message) => {
    processes.running(selectorFromJson(message)).signal(signalOf(message));
    return {};
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

async function sendInput(processes: ProcessTable, message: JsonObject): Promise<object> {
  const target = processes.running(selectorFromJson(message));
  const input = objectField(message, 'input') ?? {};
  const encoded = textField(input, 'stdin');
  if (encoded === undefined) throw new ConnectFailure('unimplemented', 'only input for stdin is supported');
  await target.writeStdin(Buffer.from(encoded, 'base64'));
  return {};
}

function signalOf(message: JsonObject): NodeJS.Signals {
  const signal = SIGNALS.get(message['signal']);
  if (signal) return signal;
  throw new ConnectFailure('invalid_argument', `invalid signal: ${String(message['signal'])}`);
}

function toProcessInfo({ pid, request }: ManagedProcess): object {
  const { cmd, args, envs, cwd, tag } = request;
  return { pid, tag, config: { cmd, args, envs, cwd } };
}
