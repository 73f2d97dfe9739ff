import { openHost, type EmbeddedHost, type HostOptions } from '../../src/host/host.ts';
import { chooseIsolation } from '../../src/host/isolation/choose-isolation.ts';
import { bundleAgent } from './agent.ts';
import { silent, TEST_LIMITS } from './host.ts';

/** A host whose sandboxes are real: the best isolation of this machine and the agent of this source tree. */
export async function openRealHost(options: Partial<HostOptions> = {}): Promise<EmbeddedHost> {
  const agent = await bundleAgent();
  const host = await openHost({
    isolation: () => chooseIsolation({ wanted: 'auto' }),
    agentFile: agent.file,
    limits: TEST_LIMITS,
    logger: silent,
    ...options,
  });
  return {
    ...host,
    get liveCount() {
      return host.liveCount;
    },
    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]();
      agent.remove();
    },
  };
}
