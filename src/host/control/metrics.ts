import { z } from 'zod';
import { failure, type Reply } from '../http/reply.ts';
import type { KnownSandbox } from '../sandboxes/known-sandbox.ts';
import type { ControlCall, ControlContext } from './handler.ts';
import { parseInput } from './schemas.ts';

const MAX_SANDBOXES = 100;

const unixSeconds = z.coerce.number().min(0);
const metricsQuery = z
  .object({ start: unixSeconds.default(0), end: unixSeconds.default(Infinity) })
  .refine(({ start, end }) => start <= end, 'start must not be after end');

/** GET /sandboxes/:id/metrics: the samples of an interval, the last of them taken now from a sandbox that runs. */
export async function sandboxMetrics(
  context: ControlContext,
  call: ControlCall,
  { id }: KnownSandbox,
): Promise<Reply> {
  const { start, end } = parseInput(metricsQuery, Object.fromEntries(call.query));
  const running = context.registry.get(id);
  const samples = running ? await context.metrics.read(running) : context.metrics.kept(id);
  const isWanted = (at: number): boolean => at >= Math.floor(start) && at <= end;
  return { status: 200, body: samples.filter(({ timestampUnix }) => isWanted(timestampUnix)) };
}

/** GET /sandboxes/metrics: the newest sample of each named sandbox that lives. */
export async function manySandboxMetrics(context: ControlContext, call: ControlCall): Promise<Reply> {
  const named = call.query.getAll('sandbox_ids').flatMap((ids) => ids.split(','));
  const ids = [...new Set(named.filter((id) => id !== ''))];
  if (ids.length === 0) return failure(400, 'sandbox_ids is required');
  if (ids.length > MAX_SANDBOXES) return failure(400, `Too many sandboxes: at most ${MAX_SANDBOXES}`);
  const live = ids.map((id) => context.registry.get(id)).filter((sandbox) => sandbox !== undefined);
  const newest = await Promise.all(
    live.map(async (sandbox) => [sandbox.id, (await context.metrics.read(sandbox)).at(-1)] as const),
  );
  return { status: 200, body: { sandboxes: Object.fromEntries(newest) } };
}
