import { availableParallelism } from 'node:os';
import { z } from 'zod';
import type { SandboxLimits } from '../isolation/launch/launcher.ts';
import { askAgent } from '../sandboxes/ask-agent.ts';
import type { LiveSandbox } from '../sandboxes/live-sandbox.ts';
import { withDeadline } from '../sandboxes/with-deadline.ts';
import type { MetricsSample } from './metrics-history.ts';

const AGENT_TIMEOUT_MS = 2000;

const amount = z.number().min(0).optional().catch(undefined);

/** What envd tells about the machine; it comes from inside the sandbox, so every field may be missing or wrong. */
const agentMetrics = z.object({
  cpu_used_pct: amount,
  mem_used: amount,
  mem_cache: amount,
  disk_used: amount,
  disk_total: amount,
});

/** What a sandbox uses right now. Memory is what the host measures, not what the sandbox says. */
export async function takeSample(sandbox: LiveSandbox, limits: SandboxLimits): Promise<MetricsSample> {
  const [told, memoryBytes] = await Promise.all([askForMetrics(sandbox), sandbox.memoryBytes()]);
  const now = new Date();
  return {
    timestamp: now.toISOString(),
    timestampUnix: Math.floor(now.getTime() / 1000),
    cpuUsedPct: told.cpu_used_pct ?? 0,
    cpuCount: availableParallelism(),
    memUsed: memoryBytes ?? Math.floor(told.mem_used ?? 0),
    memTotal: limits.memoryBytes,
    memCache: Math.floor(told.mem_cache ?? 0),
    diskUsed: Math.floor(told.disk_used ?? 0),
    diskTotal: Math.floor(told.disk_total ?? limits.homeBytes),
  };
}

/** Metrics of a sandbox that is too busy to answer still hold its memory. */
async function askForMetrics(sandbox: LiveSandbox): Promise<z.infer<typeof agentMetrics>> {
  const { signal } = new AbortController();
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
