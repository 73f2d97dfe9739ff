import { never } from '../../core/never.ts';
import type { ProcessInput, StreamedInput } from '../../core/process-call-wire.ts';
import type { ProcessEvent, ProcessSelector, StartRequest, TerminalSize } from '../../core/process-wire.ts';
import {
  booleanField,
  integerField,
  objectField,
  textField,
  textListField,
  textMapField,
  type JsonObject,
} from '../http/json-fields.ts';

/** Reads process.StartRequest from protobuf's JSON. Throws invalid_argument. */
export function startRequestFromJson(message: JsonObject): StartRequest {
  const config = objectField(message, 'process') ?? {};
  return {
    cmd: textField(config, 'cmd') ?? '',
    args: textListField(config, 'args'),
    envs: textMapField(config, 'envs'),
    cwd: textField(config, 'cwd'),
    tag: textField(message, 'tag'),
    // Old clients do not know the field and send input all the same.
    hasStdin: booleanField(message, 'stdin') ?? true,
    pty: sizeFromJson(message),
  };
}

/** Reads which process a request means; undefined when it names none. Throws invalid_argument. */
export function selectorFromJson(message: JsonObject): ProcessSelector | undefined {
  const selector = objectField(message, 'process') ?? {};
  const pid = integerField(selector, 'pid');
  if (pid !== undefined) return { pid };
  const tag = textField(selector, 'tag');
  return tag === undefined ? undefined : { tag };
}

/** Reads the size of the terminal that a request wants, if it wants one. Throws invalid_argument. */
export function sizeFromJson(message: JsonObject): TerminalSize | undefined {
  const pty = objectField(message, 'pty');
  if (!pty) return undefined;
  const size = objectField(pty, 'size') ?? {};
  return { cols: integerField(size, 'cols') ?? 0, rows: integerField(size, 'rows') ?? 0 };
}

/** Reads what a process is to get as input, if anything. Throws invalid_argument. */
export function inputFromJson(message: JsonObject): ProcessInput | undefined {
  const input = objectField(message, 'input') ?? {};
  for (const stream of ['stdin', 'pty'] as const) {
    const encoded = textField(input, stream);
    if (encoded !== undefined) return { stream, bytes: Buffer.from(encoded, 'base64') };
  }
  return undefined;
}

/** Reads one message of a stream of input. Throws invalid_argument. */
export function streamedInputFromJson(message: JsonObject): StreamedInput {
  const start = objectField(message, 'start');
  if (start) return { type: 'start', selector: selectorFromJson(start) };
  const data = objectField(message, 'data');
  return data && { type: 'data', input: inputFromJson(data) };
}

/** process.ListResponse in protobuf's JSON. */
export function processListToJson(
  processes: readonly { readonly pid: number; readonly request: StartRequest }[],
): object {
  return {
    processes: processes.map(({ pid, request: { cmd, args, envs, cwd, tag } }) => ({
      pid,
      tag,
      config: { cmd, args, envs, cwd },
    })),
  };
}

/** process.StartResponse in protobuf's JSON. */
export function processEventToJson(event: ProcessEvent): object {
  switch (event.type) {
    case 'start':
      return { event: { start: { pid: event.pid } } };
    case 'data':
      return { event: { data: { [event.stream]: event.bytes.toString('base64') } } };
    case 'end': {
      const { exitCode, exited, status, error } = event;
      return { event: { end: { exitCode, exited, status, error } } };
    }
    case 'keepalive':
      return { event: { keepalive: {} } };
    default:
      return never(event);
  }
}
