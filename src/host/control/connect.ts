import { failure, type Reply } from '../http/reply.ts';
import { readJson } from '../http/read-json.ts';
import type { KnownSandbox } from '../sandboxes/known-sandbox.ts';
import { describeAccess } from './describe.ts';
import { MAX_BODY_BYTES, type ControlCall, type ControlContext } from './handler.ts';
import { connectBody, parseInput, resumeBody } from './schemas.ts';

/** POST /v2/sandboxes/:id/connect: gives access to a sandbox; wakes a paused one up, may lengthen the life of another. */
export async function connectSandbox(
  context: ControlContext,
  call: ControlCall,
  { id }: KnownSandbox,
): Promise<Reply> {
  const { timeout, memory } = parseInput(connectBody, await readJson(call.request, MAX_BODY_BYTES));
  const timeoutMs = timeout * 1000;
  const { sandbox, wasPaused } = await context.registry.resume(id, {
    timeoutMs,
    keepsMemory: memory ?? true,
    signal: call.signal,
  });
  if (!wasPaused) sandbox.extendTimeLeft(timeoutMs);
  return { status: wasPaused ? 201 : 200, body: describeAccess(sandbox, context.domain) };
}

/** POST /sandboxes/:id/resume: what older clients say for connect; a running sandbox is a conflict to them. */
export async function resumeSandbox(
  context: ControlContext,
  call: ControlCall,
  { id }: KnownSandbox,
): Promise<Reply> {
  const { timeout, memory } = parseInput(resumeBody, await readJson(call.request, MAX_BODY_BYTES));
  const { sandbox, wasPaused } = await context.registry.resume(id, {
    timeoutMs: timeout * 1000,
    keepsMemory: memory ?? true,
    signal: call.signal,
  });
  if (!wasPaused) return failure(409, `Sandbox "${id}" is running already`);
  return { status: 201, body: describeAccess(sandbox, context.domain) };
}
