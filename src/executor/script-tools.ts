import type { Duplex } from 'node:stream';
import { RelayLink } from '../bridge/relay-link.ts';
import { BRIDGE_ENV, BRIDGE_HEADER } from '../core/bridge-wire.ts';
import type { Logger } from '../core/logger.ts';
import type { HttpClient } from '../sandbox/http-request.ts';
import type { SandboxProvider } from '../sandbox/sandbox.ts';
import type { LiveSandbox } from './live-sandboxes.ts';
import type { ToolGrant } from './run-request.ts';
import { startRelay } from './start-relay.ts';

export interface ToolParts {
  readonly client: HttpClient;
  readonly provider: SandboxProvider;
  /** The built relay, for sandboxes that have no other way to this process. */
  readonly relayFile: string;
  /** Takes the connections that come through a relay. */
  readonly acceptBridge: (connection: Duplex) => void;
  readonly logger: Logger;
}

/** What a script needs to call tools, in the request that starts it. */
export interface ScriptTools extends AsyncDisposable {
  readonly envs: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Resolves when what the script has sent is done. */
  settled(): Promise<void>;
}

/** Opens the tools for a script: through the agent of an embedded sandbox, or through a relay in any other. */
export function openScriptTools(parts: ToolParts, live: LiveSandbox, grant: ToolGrant): ScriptTools {
  const { bridge, envs } = grant;
  const own = { ...envs, [BRIDGE_ENV.token]: bridge.token };
  const path = socketPath(grant);
  if (parts.provider.kind === 'embedded') {
    return {
      envs: own,
      headers: { [BRIDGE_HEADER]: '1' },
      settled: () => bridge.settled(),
      [Symbol.asyncDispose]: async () => bridge[Symbol.dispose](),
    };
  }
  const link = new RelayLink({
    start: (signal) => startRelay(parts, live, { path, signal }),
    onConnection: parts.acceptBridge,
    logger: parts.logger,
  });
  return {
    envs: relayEnvs(grant),
    headers: {},
    settled: async () => {
      await link.settled();
      await bridge.settled();
    },
    [Symbol.asyncDispose]: async () => {
      bridge[Symbol.dispose]();
      await link[Symbol.asyncDispose]();
    },
  };
}

/** What a program needs to call tools through a relay. */
export function relayEnvs(grant: ToolGrant): Readonly<Record<string, string>> {
  const { bridge, envs } = grant;
  return { ...envs, [BRIDGE_ENV.token]: bridge.token, [BRIDGE_ENV.socket]: socketPath(grant) };
}

function socketPath({ bridge }: ToolGrant): string {
  return `/tmp/.iris-${bridge.token.slice(0, 12)}.sock`;
}
