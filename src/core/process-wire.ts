import {
  bytesFieldHeader,
  fromZigZag,
  ProtoWriter,
  readProto,
  toZigZag,
  type ProtoField,
} from './protobuf.ts';
import { bytesOf, numberOf, textOf } from './proto-fields.ts';

/** What to start: process.StartRequest of E2B's envd. */
export interface StartRequest {
  readonly cmd: string;
  readonly args: readonly string[];
  readonly envs: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
  readonly tag?: string | undefined;
  /** Whether the process gets a stdin that can be written to; else it reads the end at once. */
  readonly hasStdin: boolean;
  readonly pty?: TerminalSize | undefined;
}

/** In characters. */
export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

export type OutputStream = 'stdout' | 'stderr' | 'pty';

/** What happens to a process: process.ProcessEvent of E2B's envd. */
export type ProcessEvent =
  | { readonly type: 'start'; readonly pid: number }
  | { readonly type: 'data'; readonly stream: OutputStream; readonly bytes: Buffer }
  | ({ readonly type: 'end' } & ProcessEnd)
  | { readonly type: 'keepalive' };

export interface ProcessEnd {
  /** -1 when a signal ended the process; `status` names it then. */
  readonly exitCode: number;
  readonly exited: boolean;
  /** `exit status 7` or `signal: killed`. */
  readonly status: string;
  readonly error?: string | undefined;
}

export type ProcessSelector = { readonly pid: number } | { readonly tag: string };

const STREAM_FIELD = { stdout: 1, stderr: 2, pty: 3 } as const satisfies Record<OutputStream, number>;
const EVENT_FIELD = { start: 1, data: 2, end: 3, keepalive: 4 } as const;
const EMPTY = Buffer.alloc(0);

/** process.StartRequest in protobuf. */
export function encodeStartRequest(request: StartRequest): Buffer {
  const message = new ProtoWriter().bytes(1, encodeProcessConfig(request));
  if (request.pty) {
    const size = new ProtoWriter().varint(1, request.pty.cols).varint(2, request.pty.rows);
    message.bytes(2, new ProtoWriter().bytes(1, size.finish()).finish());
  }
  if (request.tag !== undefined) message.string(3, request.tag);
  return message.varint(4, request.hasStdin ? 1 : 0).finish();
}

/** process.ProcessConfig in protobuf. */
export function encodeProcessConfig({ cmd, args, envs, cwd }: StartRequest): Buffer {
  const config = new ProtoWriter().string(1, cmd);
  for (const argument of args) config.string(2, argument);
  for (const [key, value] of Object.entries(envs)) {
    config.bytes(3, new ProtoWriter().string(1, key).string(2, value).finish());
  }
  if (cwd !== undefined) config.string(4, cwd);
  return config.finish();
}

/** Reads process.StartRequest. Throws RangeError when it is malformed. */
export function decodeStartRequest(message: Buffer): StartRequest {
  const fields = readProto(message);
  const config = readProto(bytesOf(fields, 1) ?? EMPTY);
  const pty = bytesOf(fields, 2);
  return {
    cmd: textOf(config, 1) ?? '',
    args: config.filter((field) => field.number === 2).map((field) => field.bytes.toString()),
    envs: Object.fromEntries(config.filter((field) => field.number === 3).map(toEnvironmentEntry)),
    cwd: textOf(config, 4),
    tag: textOf(fields, 3),
    // Old clients do not know the field and send input all the same.
    hasStdin: !fields.some(({ number }) => number === 4) || numberOf(fields, 4) !== 0,
    pty: pty && toPtySize(pty),
  };
}

/** process.ConnectRequest in protobuf. */
export function encodeConnectRequest(selector: ProcessSelector): Buffer {
  const chosen = new ProtoWriter();
  if ('pid' in selector) chosen.varint(1, selector.pid);
  else chosen.string(2, selector.tag);
  return new ProtoWriter().bytes(1, chosen.finish()).finish();
}

/** Reads process.ConnectRequest; undefined when it names no process. Throws RangeError when it is malformed. */
export function decodeConnectRequest(message: Buffer): ProcessSelector | undefined {
  return toSelector(readProto(message));
}

/** Field 1 of every message that is about one process; undefined when it names none. */
export function toSelector(fields: readonly ProtoField[]): ProcessSelector | undefined {
  const selector = readProto(bytesOf(fields, 1) ?? EMPTY);
  const tag = textOf(selector, 2);
  if (tag !== undefined) return { tag };
  const pid = selector.findLast((field) => field.number === 1)?.varint;
  return pid === undefined ? undefined : { pid };
}

/** process.StartResponse (and ConnectResponse, which is the same) around one event. */
export function encodeProcessEvent(event: ProcessEvent): Buffer {
  if (event.type === 'data')
    return Buffer.concat([dataEventHeader(event.stream, event.bytes.length), event.bytes]);
  const inner = new ProtoWriter().bytes(EVENT_FIELD[event.type], encodeEventBody(event));
  return new ProtoWriter().bytes(1, inner.finish()).finish();
}

/** All of a data event's message but its bytes, which come last and are written after it uncopied. */
export function dataEventHeader(stream: OutputStream, dataBytes: number): Buffer {
  const output = bytesFieldHeader(STREAM_FIELD[stream], dataBytes);
  const data = bytesFieldHeader(EVENT_FIELD.data, output.length + dataBytes);
  const event = bytesFieldHeader(1, data.length + output.length + dataBytes);
  return Buffer.concat([event, data, output]);
}

/** How many bytes a data event's message may have before its data. */
export const MAX_DATA_HEADER_BYTES = 18;

/**
 * Reads the head of a data event whose bytes have not all come in; `messageBytes` is the size of the whole message.
 * Undefined when it is no data event, or none whose data comes last.
 */
export function readDataEventHeader(
  head: Buffer,
  messageBytes: number,
): { readonly stream: OutputStream; readonly headerBytes: number } | undefined {
  let offset = 0;
  for (const field of [1, EVENT_FIELD.data, undefined]) {
    const tag = head[offset++] ?? 0;
    const length = readLength(head, offset);
    if (length === undefined) return undefined;
    offset = length.end;
    if ((tag & 7) !== LENGTH_DELIMITED || offset + length.value !== messageBytes) return undefined;
    if (field !== undefined && tag >> 3 !== field) return undefined;
    const stream = field === undefined ? streamOf(tag >> 3) : undefined;
    if (stream !== undefined) return { stream, headerBytes: offset };
  }
  return undefined;
}

const LENGTH_DELIMITED = 2;
const MAX_LENGTH_BYTES = 5;

function readLength(
  bytes: Buffer,
  start: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let index = 0; index < MAX_LENGTH_BYTES; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  return undefined;
}

function streamOf(field: number): OutputStream | undefined {
  switch (field) {
    case STREAM_FIELD.stdout:
      return 'stdout';
    case STREAM_FIELD.stderr:
      return 'stderr';
    case STREAM_FIELD.pty:
      return 'pty';
    default:
      return undefined;
  }
}

/** Reads a StartResponse or ConnectResponse; undefined for an event of a kind not known here. Throws RangeError. */
export function decodeProcessEvent(message: Buffer): ProcessEvent | undefined {
  const event = readProto(bytesOf(readProto(message), 1) ?? EMPTY)[0];
  if (!event) return undefined;
  switch (event.number) {
    case EVENT_FIELD.start:
      return { type: 'start', pid: numberOf(readProto(event.bytes), 1) };
    case EVENT_FIELD.data:
      return toDataEvent(readProto(event.bytes)[0]);
    case EVENT_FIELD.end:
      return { type: 'end', ...toProcessEnd(readProto(event.bytes)) };
    case EVENT_FIELD.keepalive:
      return { type: 'keepalive' };
    default:
      return undefined;
  }
}

function encodeEventBody(event: Exclude<ProcessEvent, { type: 'data' }>): Buffer {
  const body = new ProtoWriter();
  if (event.type === 'start') body.varint(1, event.pid);
  if (event.type === 'end') {
    body
      .varint(1, toZigZag(event.exitCode))
      .varint(2, event.exited ? 1 : 0)
      .string(3, event.status);
    if (event.error !== undefined) body.string(4, event.error);
  }
  return body.finish();
}

function toDataEvent(field: ProtoField | undefined): ProcessEvent | undefined {
  if (!field) return undefined;
  switch (field.number) {
    case STREAM_FIELD.stdout:
      return { type: 'data', stream: 'stdout', bytes: field.bytes };
    case STREAM_FIELD.stderr:
      return { type: 'data', stream: 'stderr', bytes: field.bytes };
    case STREAM_FIELD.pty:
      return { type: 'data', stream: 'pty', bytes: field.bytes };
    default:
      return undefined;
  }
}

function toProcessEnd(fields: readonly ProtoField[]): ProcessEnd {
  return {
    exitCode: fromZigZag(numberOf(fields, 1)),
    exited: numberOf(fields, 2) === 1,
    status: textOf(fields, 3) ?? '',
    error: textOf(fields, 4),
  };
}

function toEnvironmentEntry(field: ProtoField): [string, string] {
  const entry = readProto(field.bytes);
  return [textOf(entry, 1) ?? '', textOf(entry, 2) ?? ''];
}

/** Reads process.PTY. Throws RangeError when it is malformed. */
export function toPtySize(message: Buffer): TerminalSize {
  const size = readProto(bytesOf(readProto(message), 1) ?? EMPTY);
  return { cols: numberOf(size, 1), rows: numberOf(size, 2) };
}
