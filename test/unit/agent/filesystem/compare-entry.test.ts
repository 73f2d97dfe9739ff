import { expect, test } from 'vitest';
import {
  eventsBetween,
  type Comparison,
  type EntryState,
} from '../../../../src/agent/filesystem/compare-entry.ts';

const FILE: EntryState = { identity: '1:2', isDirectory: false, size: 3n, mtimeNs: 10n, ctimeNs: 10n };
const OTHER: EntryState = { ...FILE, identity: '1:9' };
const DIRECTORY: EntryState = { ...FILE, isDirectory: true };
const RENAMED = { isRenamed: true, isChanged: false, isUpload: false, isAmbiguous: false };
const CHANGED = { ...RENAMED, isRenamed: false, isChanged: true };
const BOTH = { ...RENAMED, isChanged: true };
const UPLOADED = { ...RENAMED, isUpload: true };

function kinds(comparison: Partial<Comparison>): string[] {
  const events = eventsBetween({
    before: undefined,
    now: undefined,
    notices: RENAMED,
    moved: new Set(),
    ...comparison,
  });
  return events.map((event) => event.replace('EVENT_TYPE_', ''));
}

test.for([
  ['a new empty file', { now: FILE }, ['CREATE']],
  ['a new file with content', { now: FILE, notices: BOTH }, ['CREATE', 'WRITE']],
  ['a new file whose times are set', { now: { ...FILE, size: 0n }, notices: BOTH }, ['CREATE', 'CHMOD']],
  ['a new directory', { now: DIRECTORY, notices: BOTH }, ['CREATE']],
  ['an upload to a new file', { now: FILE, notices: UPLOADED }, ['CREATE', 'WRITE']],
  ['an empty upload to a new file', { now: { ...FILE, size: 0n }, notices: UPLOADED }, ['CREATE']],
  ['an upload over a file', { before: FILE, now: OTHER, notices: UPLOADED }, ['WRITE']],
  ['a removed file', { before: FILE }, ['REMOVE']],
  ['a renamed file', { before: FILE, moved: new Set(['1:2']) }, ['RENAME']],
  ['a file renamed over another', { before: FILE, now: OTHER, moved: new Set(['1:9']) }, ['CREATE']],
  ['a file made again', { before: FILE, now: OTHER }, ['REMOVE', 'CREATE']],
  ['what came and went', {}, ['CREATE', 'REMOVE']],
  ['what came, was written and went', { notices: BOTH }, ['CREATE', 'WRITE', 'REMOVE']],
  ['what was uploaded and went', { notices: UPLOADED }, ['CREATE', 'WRITE', 'REMOVE']],
  ['a late notice of what is gone', { notices: CHANGED }, []],
  ['a written file', { before: FILE, now: { ...FILE, mtimeNs: 11n }, notices: CHANGED }, ['WRITE']],
  ['a truncated file', { before: FILE, now: { ...FILE, size: 0n }, notices: CHANGED }, ['WRITE']],
  ['a changed mode', { before: FILE, now: { ...FILE, ctimeNs: 11n }, notices: CHANGED }, ['CHMOD']],
  ['a second write in one tick', { before: FILE, now: FILE, notices: CHANGED }, ['WRITE']],
  ['what a scan has found before', { before: FILE, now: FILE }, []],
  ['the end of the watched directory', { notices: { ...RENAMED, isAmbiguous: true } }, []],
] as const)('%s has its events', ([, comparison, expected]) => {
  expect(kinds(comparison)).toEqual(expected);
});
