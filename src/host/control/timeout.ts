import type { Reply } from '../http/reply.ts';
import { readJson } from '../http/read-json.ts';
import type { LiveSandbox } from '../sandboxes/live-sandbox.ts';
import { MAX_BODY_BYTES, type ControlCall, type ControlContext } from './handler.ts';
import { parseInput, refreshBody, timeoutBody } from './schemas.ts';

/** POST /sandboxes/:id/timeout: sets the time left, longer or shorter. */
export async function setSandboxTimeout(
  _context: ControlContext,
  call: ControlCall,
  sandbox: LiveSandbox,
): Promise<Reply> {
  const { timeout } = parseInput(timeoutBody, await readJson(call.request, MAX_BODY_BYTES));
  sandbox.setTimeLeft(timeout * 1000);
  return { status: 204 };
}

/** POST /sandboxes/:id/refreshes: keeps a sandbox alive for at least this long. */
export async function refreshSandbox(
  _context: ControlContext,
  call: ControlCall,
  sandbox: LiveSandbox,
): Promise<Reply> {
  const { duration } = parseInput(refreshBody, await readJson(call.request, MAX_BODY_BYTES));
  sandbox.extendTimeLeft(duration * 1000);
  return { status: 204 };
}
