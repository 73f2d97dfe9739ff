import { ProtoWriter } from '../../core/protobuf.ts';
import type { EventType } from './compare-entry.ts';
import type { EntryInfo, FileType } from './entry-info.ts';

const FILE_TYPES: Readonly<Record<FileType, number>> = {
  FILE_TYPE_UNSPECIFIED: 0,
  FILE_TYPE_FILE: 1,
  FILE_TYPE_DIRECTORY: 2,
  FILE_TYPE_SYMLINK: 3,
};
const EVENT_TYPES: Readonly<Record<EventType, number>> = {
  EVENT_TYPE_CREATE: 1,
  EVENT_TYPE_WRITE: 2,
  EVENT_TYPE_REMOVE: 3,
  EVENT_TYPE_RENAME: 4,
  EVENT_TYPE_CHMOD: 5,
};
const TIME = /^(.*:\d{2})(?:\.(\d{1,9}))?Z$/;

/** Writes filesystem.EntryInfo in protobuf's wire format. */
export function encodeEntryInfo(entry: EntryInfo): Buffer {
  const writer = new ProtoWriter()
    .string(1, entry.name)
    .varint(2, FILE_TYPES[entry.type])
    .string(3, entry.path)
    .varint(4, Number(entry.size))
    .varint(5, entry.mode)
    .string(6, entry.permissions)
    .string(7, entry.owner)
    .string(8, entry.group);
  if (entry.modifiedTime !== undefined) writer.bytes(9, encodeTime(entry.modifiedTime));
  if (entry.symlinkTarget !== undefined) writer.string(10, entry.symlinkTarget);
  for (const [key, value] of Object.entries(entry.metadata)) {
    writer.bytes(11, new ProtoWriter().string(1, key).string(2, value).finish());
  }
  return writer.finish();
}

/** Writes filesystem.FilesystemEvent in protobuf's wire format. */
export function encodeFilesystemEvent(event: {
  readonly name: string;
  readonly type: EventType;
  readonly entry: EntryInfo | undefined;
}): Buffer {
  const writer = new ProtoWriter().string(1, event.name).varint(2, EVENT_TYPES[event.type]);
  if (event.entry) writer.bytes(3, encodeEntryInfo(event.entry));
  return writer.finish();
}

/** google.protobuf.Timestamp; a time before 1970 counts as 1970, for its negative seconds have no short form. */
function encodeTime(text: string): Buffer {
  const [, upToSeconds = '', fraction = ''] = TIME.exec(text) ?? [];
  const seconds = Math.floor(Date.parse(`${upToSeconds}Z`) / 1000);
  if (!(seconds >= 0)) return Buffer.alloc(0);
  return new ProtoWriter()
    .varint(1, seconds)
    .varint(2, Number(fraction.padEnd(9, '0')))
    .finish();
}
