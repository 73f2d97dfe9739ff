import { failure, type Reply } from '../http/reply.ts';
import { readJson } from '../http/read-json.ts';
import type { KnownSandbox } from '../sandboxes/known-sandbox.ts';
import { MAX_BODY_BYTES, type ControlCall, type ControlContext } from './handler.ts';
import { parseInput, pauseBody } from './schemas.ts';

/** POST /sandboxes/:id/pause: answers when no process of the sandbox moves any more. */
export async function pauseSandbox(
  context: ControlContext,
  call: ControlCall,
  { id }: KnownSandbox,
): Promise<Reply> {
  const { memory } = parseInput(pauseBody, await readJson(call.request, MAX_BODY_BYTES));
  const isPaused = await context.registry.pause(id, { keepsMemory: memory ?? true });
  return isPaused ? { status: 204 } : failure(409, `Sandbox "${id}" is paused already`);
}
