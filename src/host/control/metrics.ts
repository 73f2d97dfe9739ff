import { availableParallelism } from 'node:os';
import type { z } from 'zod';
import type { Reply } from '../http/reply.ts';
import { askAgent } from '../sandboxes/ask-agent.ts';
import type { LiveSandbox } from '../sandboxes/live-sandbox.ts';
import { withDeadline } from '../sandboxes/with-deadline.ts';
import type { ControlCall, ControlContext } from './handler.ts';
import { agentMetrics } from './schemas.ts';

const AGENT_TIMEOUT_MS = 2000;

/** GET /sandboxes/:id/metrics: one sample, taken now. Memory is what the host measures, not what the sandbox says. */
export async function sandboxMetrics(
  context: ControlContext,
  call: ControlCall,
  sandbox: LiveSandbox,
): Promise<Reply> {
  const [told, memoryBytes] = await Promise.all([askForMetrics(sandbox, call.signal), sandbox.memoryBytes()]);
  const now = new Date();
  const sample = {
    timestamp: now.toISOString(),
    timestampUnix: Math.floor(now.getTime() / 1000),
    cpuUsedPct: told.cpu_used_pct ?? 0,
    cpuCount: availableParallelism(),
    memUsed: memoryBytes ?? told.mem_used ?? 0,
    memTotal: context.limits.memoryBytes,
    memCache: told.mem_cache ?? 0,
    diskUsed: told.disk_used ?? 0,
    diskTotal: told.disk_total ?? context.limits.homeBytes,
  };
  return { status: 200, body: [sample] };
}

/** Metrics of a sandbox that is too busy to answer still hold its memory. */
async function askForMetrics(
  sandbox: LiveSandbox,
  signal: AbortSignal,
): Promise<z.infer<typeof agentMetrics>> {
  try {
    const reply = await withDeadline({ timeoutMs: AGENT_TIMEOUT_MS, signal }, (deadline) =>
      askAgent(sandbox.envdAgent, { method: 'GET', path: '/metrics', signal: deadline }),
    );
    const json: unknown = JSON.parse(reply.body);
    return agentMetrics.parse(json);
  } catch {
    return {};
  }
}
