import { toIrisError } from '../../core/errors.ts';
import { failure, type Reply } from '../http/reply.ts';
import { readJson } from '../http/read-json.ts';
import type { KnownSandbox } from '../sandboxes/known-sandbox.ts';
import { describeAccess } from './describe.ts';
import { MAX_BODY_BYTES, type ControlCall, type ControlContext } from './handler.ts';
import { forkBody, parseInput } from './schemas.ts';

/** POST /sandboxes/:id/fork: starts others with the same files. Each succeeds or fails by itself. */
export async function forkSandbox(
  context: ControlContext,
  call: ControlCall,
  sandbox: KnownSandbox,
): Promise<Reply> {
  const { registry, snapshots, domain } = context;
  if (!snapshots) return failure(501, 'This host keeps homes in memory: it cannot fork');
  const { timeout, count } = parseInput(forkBody, await readJson(call.request, MAX_BODY_BYTES));
  const snapshot = await registry.withStillHome(sandbox.id, (home) =>
    snapshots.take(home, { sandboxId: sandbox.id }),
  );
  const spec = { ...sandbox.spec, timeoutMs: timeout * 1000 };
  const startOne = async (): Promise<Readonly<Record<string, unknown>>> => {
    try {
      const fork = await registry.create(spec, call.signal, snapshots.homeOf(snapshot));
      return { sandbox: describeAccess(fork, domain) };
    } catch (error) {
      const { facts, message } = toIrisError(error);
      return { error: { code: facts.http, message } };
    }
  };
  try {
    const results = await Promise.all(Array.from({ length: count }, startOne));
    return { status: 201, body: results };
  } finally {
    await snapshots.remove(snapshot);
  }
}
