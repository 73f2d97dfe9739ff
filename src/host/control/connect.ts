import type { Reply } from '../http/reply.ts';
import { readJson } from '../http/read-json.ts';
import type { LiveSandbox } from '../sandboxes/live-sandbox.ts';
import { describeAccess } from './describe.ts';
import { MAX_BODY_BYTES, type ControlCall, type ControlContext } from './handler.ts';
import { connectBody, parseInput } from './schemas.ts';

/** POST /v2/sandboxes/:id/connect: gives access to a running sandbox and may lengthen its life. */
export async function connectSandbox(
  context: ControlContext,
  call: ControlCall,
  sandbox: LiveSandbox,
): Promise<Reply> {
  const { timeout } = parseInput(connectBody, await readJson(call.request, MAX_BODY_BYTES));
  sandbox.extendTimeLeft(timeout * 1000);
  return { status: 200, body: describeAccess(sandbox, context.domain) };
}
