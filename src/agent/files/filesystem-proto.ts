import { ConnectFailure } from '../../core/connect-failure.ts';
import { ProtoWriter, readProto, type ProtoField } from '../../core/protobuf.ts';
import { encodeEntryInfo, encodeFilesystemEvent } from '../filesystem/entry-proto.ts';
import type { EntryInfo } from '../filesystem/entry-info.ts';
import type { JsonObject } from '../http/json-fields.ts';
import type { FilesystemEvent } from './watch-request.ts';

/** What a unary call of filesystem.Filesystem answers: one of these, or nothing. */
export interface FilesystemReply {
  readonly entry?: EntryInfo;
  readonly entries?: readonly EntryInfo[];
  readonly events?: readonly FilesystemEvent[];
  readonly watcherId?: string;
}

/** One message of the stream of WatchDir. */
export interface WatchMessage {
  readonly start?: object;
  readonly filesystem?: FilesystemEvent;
  readonly keepalive?: object;
}

type FieldKind = 'text' | 'number' | 'flag';
type Fields = readonly (readonly [name: string, kind: FieldKind])[];

const PATH: Fields = [['path', 'text']];
const WATCH: Fields = [
  ...PATH,
  ['recursive', 'flag'],
  ['includeEntry', 'flag'],
  ['allowNetworkMounts', 'flag'],
];
const WATCHER: Fields = [['watcherId', 'text']];

/** The fields of the requests, by their numbers from 1. */
const REQUESTS: Readonly<Record<string, Fields>> = {
  Stat: PATH,
  MakeDir: PATH,
  Remove: PATH,
  ListDir: [...PATH, ['depth', 'number']],
  Move: [
    ['source', 'text'],
    ['destination', 'text'],
  ],
  WatchDir: WATCH,
  CreateWatcher: WATCH,
  GetWatcherEvents: WATCHER,
  RemoveWatcher: WATCHER,
};

/** Reads a request in protobuf's wire format as what its JSON would be. Throws invalid_argument. */
export function requestFromProto(method: string, message: Buffer): JsonObject {
  const fields = REQUESTS[method] ?? [];
  const found: Record<string, unknown> = {};
  for (const field of split(message)) {
    const [name, kind] = fields[field.number - 1] ?? [];
    if (name !== undefined && kind !== undefined) found[name] = valueOf(field, kind);
  }
  return found;
}

/** Writes the answer of a unary call; whatever it has is field 1 of its message. */
export function encodeFilesystemReply(reply: FilesystemReply): Buffer {
  const writer = new ProtoWriter();
  if (reply.entry) writer.bytes(1, encodeEntryInfo(reply.entry));
  for (const entry of reply.entries ?? []) writer.bytes(1, encodeEntryInfo(entry));
  for (const event of reply.events ?? []) writer.bytes(1, encodeFilesystemEvent(event));
  if (reply.watcherId !== undefined) writer.string(1, reply.watcherId);
  return writer.finish();
}

/** Writes filesystem.WatchDirResponse. */
export function encodeWatchMessage({ start, filesystem, keepalive }: WatchMessage): Buffer {
  const writer = new ProtoWriter();
  if (start) writer.bytes(1, Buffer.alloc(0));
  if (filesystem) writer.bytes(2, encodeFilesystemEvent(filesystem));
  if (keepalive) writer.bytes(3, Buffer.alloc(0));
  return writer.finish();
}

function split(message: Buffer): ProtoField[] {
  try {
    return readProto(message);
  } catch (cause) {
    throw new ConnectFailure('invalid_argument', `unmarshal message: ${String(cause)}`, { cause });
  }
}

function valueOf({ bytes, varint }: ProtoField, kind: FieldKind): string | number | boolean {
  if (kind === 'text') return bytes.toString();
  return kind === 'flag' ? varint !== 0 : varint;
}
