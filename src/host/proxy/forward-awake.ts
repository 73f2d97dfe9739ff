import type { IncomingMessage, ServerResponse } from 'node:http';
import { toIrisError } from '../../core/errors.ts';
import { failure, sendReply } from '../http/reply.ts';
import type { KnownSandbox } from '../sandboxes/known-sandbox.ts';
import type { SandboxRegistry } from '../sandboxes/registry.ts';
import { forward } from './forward.ts';
import type { ForwardTarget } from './upstream-request.ts';
import { sandboxNotFound } from './proxy-replies.ts';

/** A paused sandbox that a request may wake up. */
export function findSleeper(registry: SandboxRegistry, sandboxId: string): KnownSandbox | undefined {
  const sandbox = registry.find(sandboxId);
  return sandbox?.spec.lifecycle.autoResume === true ? sandbox : undefined;
}

/** Passes an authorized request on; to a sandbox that is paused when it runs again. */
export async function forwardAwake(
  registry: SandboxRegistry,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  target: Omit<ForwardTarget, 'sandbox'> & { readonly sandbox: KnownSandbox },
): Promise<void> {
  const { id, spec } = target.sandbox;
  const awake = registry.get(id);
  if (awake) return forward(request, response, { ...target, sandbox: awake });
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const options = { timeoutMs: spec.timeoutMs, keepsMemory: true, signal: gone.signal };
    const { sandbox } = await registry.resume(id, options);
    if (!response.destroyed) forward(request, response, { ...target, sandbox });
  } catch (error) {
    const { code, facts, message } = toIrisError(error);
    sendReply(response, code === 'SANDBOX_NOT_FOUND' ? sandboxNotFound(id) : failure(facts.http, message));
  }
}
