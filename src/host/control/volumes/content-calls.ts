import type { IncomingMessage, ServerResponse } from 'node:http';
import { readJson } from '../../http/read-json.ts';
import type { Reply } from '../../http/reply.ts';
import { changeEntry, readEntry, removeEntry, showEntry, writeEntry } from '../../volumes/volume-files.ts';
import { listFolder, makeFolder } from '../../volumes/volume-folders.ts';
import type { VolumeOwner } from '../../volumes/volume-owner.ts';
import { splitVolumePath } from '../../volumes/volume-path.ts';
import type { Volume } from '../../volumes/volume-store.ts';
import { MAX_BODY_BYTES } from '../handler.ts';
import { parseInput } from '../schemas.ts';
import { sendFile } from './send-file.ts';
import { attributes, listDirQuery, pathQuery, writeQuery } from './volume-schemas.ts';

interface ContentCall {
  readonly volume: Volume;
  readonly owner: VolumeOwner;
  readonly params: Readonly<Record<string, string>>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What a client can do with the content of a volume, by method and kind. A call without a reply has sent it. */
export const CONTENT_CALLS: Readonly<Record<string, (call: ContentCall) => Promise<Reply | undefined>>> = {
  'GET dir': listDir,
  'POST dir': makeDir,
  'GET path': showPath,
  'PATCH path': changePath,
  'DELETE path': removePath,
  'GET file': readFile,
  'PUT file': writeFile,
};

async function listDir({ volume, owner, params }: ContentCall): Promise<Reply> {
  const { path, depth } = parseInput(listDirQuery, params);
  return { status: 200, body: await listFolder(volume, { names: splitVolumePath(path), depth, owner }) };
}

async function makeDir({ volume, owner, params }: ContentCall): Promise<Reply> {
  const { path, force, ...given } = parseInput(writeQuery, params);
  const names = splitVolumePath(path);
  const entry = await makeFolder(volume, { names, force, owner, attributes: given });
  if (entry) return { status: 201, body: entry };
  return { status: 409, body: { code: '409', message: `Path '${path}' already exists` } };
}

async function showPath({ volume, owner, params }: ContentCall): Promise<Reply> {
  const { path } = parseInput(pathQuery, params);
  return { status: 200, body: await showEntry(volume, { names: splitVolumePath(path), owner }) };
}

async function changePath({ volume, owner, params, request }: ContentCall): Promise<Reply> {
  const { path } = parseInput(pathQuery, params);
  const given = parseInput(attributes, await readJson(request, MAX_BODY_BYTES));
  const names = splitVolumePath(path);
  return { status: 200, body: await changeEntry(volume, { names, owner, attributes: given }) };
}

async function removePath({ volume, params }: ContentCall): Promise<Reply> {
  const { path } = parseInput(pathQuery, params);
  await removeEntry(volume, splitVolumePath(path));
  return { status: 204 };
}

async function readFile({ volume, params, response }: ContentCall): Promise<undefined> {
  const { path } = parseInput(pathQuery, params);
  await readEntry(volume, splitVolumePath(path), (file, sizeBytes) => sendFile(response, file, sizeBytes));
}

async function writeFile({ volume, owner, params, request }: ContentCall): Promise<Reply> {
  const { path, force, ...given } = parseInput(writeQuery, params);
  const names = splitVolumePath(path);
  const body = await writeEntry(volume, { names, owner, content: request, force, attributes: given });
  return { status: 201, body };
}
