import { readJson } from '../../http/read-json.ts';
import { failure, type Reply } from '../../http/reply.ts';
import type { Volume } from '../../volumes/volume-store.ts';
import { MAX_BODY_BYTES, type ControlCall, type ControlContext } from '../handler.ts';
import { parseInput } from '../schemas.ts';
import { newVolumeBody } from './volume-schemas.ts';

/** POST /volumes */
export async function createVolume(context: ControlContext, call: ControlCall): Promise<Reply> {
  const { name } = parseInput(newVolumeBody, await readJson(call.request, MAX_BODY_BYTES));
  const volume = await context.volumes.create(name);
  if (!volume) return failure(409, `Volume with name '${name}' already exists`);
  return { status: 201, body: describe(volume) };
}

/** GET /volumes */
export async function listVolumes(context: ControlContext): Promise<Reply> {
  const volumes = await context.volumes.list();
  return { status: 200, body: volumes.map(({ id, name }) => ({ volumeID: id, name })) };
}

/** GET /volumes/:id */
export async function showVolume(context: ControlContext, call: ControlCall): Promise<Reply> {
  const volume = await context.volumes.find(call.params['id'] ?? '');
  return volume ? { status: 200, body: describe(volume) } : notFound(call);
}

/** DELETE /volumes/:id */
export async function deleteVolume(context: ControlContext, call: ControlCall): Promise<Reply> {
  const isGone = await context.volumes.remove(call.params['id'] ?? '');
  return isGone ? { status: 204 } : notFound(call);
}

function describe({ id, name, token }: Volume): Readonly<Record<string, string>> {
  return { volumeID: id, name, token };
}

function notFound(call: ControlCall): Reply {
  return failure(404, `Volume '${call.params['id'] ?? ''}' not found`);
}
