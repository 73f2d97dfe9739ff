import { ConnectFailure } from '../core/connect-failure.ts';
import { never } from '../core/never.ts';
import type { ProcessEvent, ProcessSelector, StartRequest } from '../core/process-wire.ts';
import {
  booleanField,
  integerField,
  objectField,
  textField,
  textListField,
  textMapField,
  type JsonObject,
} from './json-fields.ts';

/** Reads process.StartRequest from protobuf's JSON. Throws invalid_argument. */
export function startRequestFromJson(message: JsonObject): StartRequest {
  const config = objectField(message, 'process') ?? {};
  const pty = objectField(message, 'pty');
  const size = pty && objectField(pty, 'size');
  return {
    cmd: textField(config, 'cmd') ?? '',
    args: textListField(config, 'args'),
    envs: textMapField(config, 'envs'),
    cwd: textField(config, 'cwd'),
    tag: textField(message, 'tag'),
    hasStdin: booleanField(message, 'stdin') ?? false,
    pty: pty && { cols: integerField(size ?? {}, 'cols') ?? 0, rows: integerField(size ?? {}, 'rows') ?? 0 },
  };
}

/** Reads which process a request means. Throws invalid_argument when it names none. */
export function selectorFromJson(message: JsonObject): ProcessSelector {
  const selector = objectField(message, 'process') ?? {};
  const pid = integerField(selector, 'pid');
  if (pid !== undefined) return { pid };
  const tag = textField(selector, 'tag');
  if (tag !== undefined) return { tag };
  throw new ConnectFailure('invalid_argument', 'no process is selected');
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
