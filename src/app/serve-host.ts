import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { loadConfig } from '../config/load.ts';
import type { CallerContext } from '../contract/daemon-wire.ts';
import { IrisError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { openHost } from '../host/host.ts';
import { chooseIsolation } from '../host/isolation/choose-isolation.ts';
import { readHostRecord, writeHostRecord, type HostVariables } from './host-record.ts';

export interface ServeHostOptions {
  readonly caller: CallerContext;
  readonly stateDir: string;
  readonly agentFile: string;
  readonly flags: Readonly<Record<string, string | undefined>>;
  /** @default any free one */
  readonly port?: number | undefined;
  /** Whether sandboxes reach the internet unless they are created without it, as in E2B's cloud. */
  readonly hasInternetByDefault: boolean;
  readonly logger: Logger;
}

/** An embedded host that serves programs written for E2B, until it is disposed of. */
export interface ServedHost extends AsyncDisposable {
  readonly variables: HostVariables;
  readonly isolation: string;
  readonly weaknesses: readonly string[];
}

/**
 * Serves E2B's protocol on loopback. Throws ISOLATION_UNAVAILABLE where no sandbox can be walled, USAGE_INVALID when
 * another host of this user serves already.
 */
export async function serveHost(options: ServeHostOptions): Promise<ServedHost> {
  const { caller, stateDir, agentFile, logger } = options;
  refuseSecond(stateDir);
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const { config } = await loadConfig({
    cwd: caller.cwd,
    env: caller.env,
    flags: options.flags,
    homeDir: caller.env['HOME'] ?? homedir(),
  });
  const isolation = await chooseIsolation({
    wanted: config.isolation,
    cacheFile: `${stateDir}/isolation.json`,
  });
  const host = await openHost({
    isolation,
    agentFile,
    limits: config.limits,
    stateDir,
    logger,
    hasInternetByDefault: options.hasInternetByDefault,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const variables = {
    E2B_API_URL: host.url,
    E2B_SANDBOX_URL: host.url,
    E2B_VOLUME_API_URL: host.url,
    E2B_API_KEY: host.apiKey,
  };
  const record = writeHostRecord(stateDir, { pid: process.pid, variables });
  return {
    variables,
    isolation: isolation.rung,
    weaknesses: isolation.weaknesses,
    [Symbol.asyncDispose]: async () => {
      record[Symbol.dispose]();
      await host[Symbol.asyncDispose]();
    },
  };
}

function refuseSecond(stateDir: string): void {
  const other = readHostRecord(stateDir);
  if (other === undefined) return;
  throw new IrisError(
    'USAGE_INVALID',
    `A host serves already at ${other.variables.E2B_API_URL} (pid ${other.pid})`,
    { hint: 'Use it: eval "$(iris host env)"; for a second one, set another IRIS_STATE_DIR.' },
  );
}
