import { afterAll, beforeAll } from 'vitest';
import { bundleAgent, TestAgent, type AgentBundle } from './agent.ts';

interface OpenedAgent {
  readonly bundle: AgentBundle;
  readonly agent: TestAgent;
}

/** Opens an agent before the first test of a file, hands it to `take`, and closes it after the last one. */
export function useAgent(take: (opened: OpenedAgent) => void, env: Record<string, string> = {}): void {
  let opened: OpenedAgent | undefined;
  beforeAll(async () => {
    const bundle = await bundleAgent();
    opened = { bundle, agent: new TestAgent(bundle.file, env) };
    take(opened);
  });
  afterAll(async () => {
    await opened?.agent.close();
    opened?.bundle.remove();
  });
}
