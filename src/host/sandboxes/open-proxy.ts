import { IrisError } from '../../core/errors.ts';
import { askAgent } from './ask-agent.ts';
import type { LiveSandbox } from './live-sandbox.ts';
import { withDeadline } from './with-deadline.ts';

const AGENT_TIMEOUT_MS = 5_000;

/** Makes the agent of a sandbox that was offline until now show its programs the way out. */
export async function openProxy(sandbox: LiveSandbox, signal: AbortSignal): Promise<void> {
  const question = { method: 'POST', path: '/init', json: { envVars: {}, egress: true } } as const;
  const { status, body } = await withDeadline({ timeoutMs: AGENT_TIMEOUT_MS, signal }, (deadline) =>
    askAgent(sandbox.envdAgent, { ...question, signal: deadline }),
  );
  if (status >= 300) throw new IrisError('SANDBOX_UNAVAILABLE', `The sandbox cannot open its proxy: ${body}`);
}
