import { bytesOf, numberOf } from './proto-fields.ts';
import {
  encodeProcessConfig,
  toPtySize,
  toSelector,
  type ProcessSelector,
  type StartRequest,
  type TerminalSize,
} from './process-wire.ts';
import { ProtoWriter, readProto, type ProtoField } from './protobuf.ts';

/** What a process is to read: on its stdin, or typed into its terminal. */
export interface ProcessInput {
  readonly stream: 'stdin' | 'pty';
  readonly bytes: Buffer;
}

/** process.SendInputRequest of E2B's envd. */
export interface InputRequest {
  readonly selector: ProcessSelector | undefined;
  readonly input: ProcessInput | undefined;
}

/** process.UpdateRequest of E2B's envd. */
export interface UpdateRequest {
  readonly selector: ProcessSelector | undefined;
  readonly size: TerminalSize | undefined;
}

/** process.SendSignalRequest of E2B's envd. */
export interface SignalRequest {
  readonly selector: ProcessSelector | undefined;
  /** By number or by the name of protobuf's enum. */
  readonly signal: unknown;
}

/** One message of the client stream process.StreamInput; undefined is one that says nothing new. */
export type StreamedInput =
  | { readonly type: 'start'; readonly selector: ProcessSelector | undefined }
  | { readonly type: 'data'; readonly input: ProcessInput | undefined }
  | undefined;

const EMPTY = Buffer.alloc(0);
const INPUT_FIELD = { stdin: 1, pty: 2 } as const;
const STREAM_START = 1;
const STREAM_DATA = 2;

/** Reads process.SendInputRequest. Throws RangeError when it is malformed. */
export function decodeInputRequest(message: Buffer): InputRequest {
  const fields = readProto(message);
  return { selector: toSelector(fields), input: toInput(fields) };
}

/** Reads process.UpdateRequest. Throws RangeError when it is malformed. */
export function decodeUpdateRequest(message: Buffer): UpdateRequest {
  const fields = readProto(message);
  const pty = bytesOf(fields, 2);
  return { selector: toSelector(fields), size: pty && toPtySize(pty) };
}

/** Reads process.SendSignalRequest. Throws RangeError when it is malformed. */
export function decodeSignalRequest(message: Buffer): SignalRequest {
  const fields = readProto(message);
  return { selector: toSelector(fields), signal: numberOf(fields, 2) };
}

/** Reads process.StreamInputRequest. Throws RangeError when it is malformed. */
export function decodeStreamedInput(message: Buffer): StreamedInput {
  const event = readProto(message).at(-1);
  if (event?.number === STREAM_START) return { type: 'start', selector: toSelector(readProto(event.bytes)) };
  if (event?.number === STREAM_DATA) return { type: 'data', input: toInput(readProto(event.bytes)) };
  return undefined;
}

/** process.ListResponse in protobuf. */
export function encodeProcessList(
  processes: readonly { readonly pid: number; readonly request: StartRequest }[],
): Buffer {
  const list = new ProtoWriter();
  for (const { pid, request } of processes) {
    const info = new ProtoWriter().bytes(1, encodeProcessConfig(request)).varint(2, pid);
    if (request.tag !== undefined) info.string(3, request.tag);
    list.bytes(1, info.finish());
  }
  return list.finish();
}

/** Field 2 of the messages that carry input. */
function toInput(fields: readonly ProtoField[]): ProcessInput | undefined {
  const input = readProto(bytesOf(fields, 2) ?? EMPTY).at(-1);
  if (input?.number === INPUT_FIELD.stdin) return { stream: 'stdin', bytes: input.bytes };
  if (input?.number === INPUT_FIELD.pty) return { stream: 'pty', bytes: input.bytes };
  return undefined;
}
