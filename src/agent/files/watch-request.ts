import { ConnectFailure } from '../../core/connect-failure.ts';
import type { EventType } from '../filesystem/compare-entry.ts';
import { readEntries, type EntryInfo } from '../filesystem/entry-info.ts';
import type { FileMetadata } from '../filesystem/file-metadata.ts';
import { isOnNetworkMount } from '../filesystem/network-mount.ts';
import { TreeWatcher, type TreeEvent } from '../filesystem/tree-watcher.ts';
import { booleanField, type JsonObject } from '../http/json-fields.ts';

/** filesystem.FilesystemEvent in protobuf's JSON. */
export interface FilesystemEvent {
  readonly name: string;
  readonly type: EventType;
  readonly entry: EntryInfo | undefined;
}

/** Opens the watcher that a WatchDirRequest or CreateWatcherRequest asks for. Throws ConnectFailure. */
export async function openWatch(message: JsonObject, directory: string): Promise<TreeWatcher> {
  const isNetworkFine = flag(message, 'allowNetworkMounts', 'allow_network_mounts');
  if (!isNetworkFine && (await isOnNetworkMount(directory))) {
    const reason = `cannot watch path on network filesystem: ${directory}`;
    throw new ConnectFailure('invalid_argument', reason);
  }
  return TreeWatcher.open(directory, { isRecursive: flag(message, 'recursive', 'recursive') });
}

/** The events of a watcher as its request wants them. */
export async function* describedBatches(
  watcher: TreeWatcher,
  message: JsonObject,
  metadata: FileMetadata,
): AsyncGenerator<readonly FilesystemEvent[]> {
  const isEntryWanted = flag(message, 'includeEntry', 'include_entry');
  for await (const events of watcher.batches()) {
    const entries = isEntryWanted ? await entriesOf(events, metadata) : [];
    yield events.map(({ name, type }, index) => ({ name, type, entry: entries[index] }));
  }
}

function entriesOf(
  events: readonly TreeEvent[],
  metadata: FileMetadata,
): Promise<readonly (EntryInfo | undefined)[]> {
  return readEntries(
    events.map((event) => event.path),
    metadata,
  );
}

/** Protobuf's JSON takes a field's name in either spelling. */
function flag(message: JsonObject, name: string, protoName: string): boolean {
  return booleanField(message, name) ?? booleanField(message, protoName) ?? false;
}
