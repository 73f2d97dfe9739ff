import { randomBytes } from 'node:crypto';
import type { Logger } from '../../core/logger.ts';
import type { Isolation, SandboxHome, SandboxLimits } from '../isolation/launch/launcher.ts';
import type { LiveSandbox, SandboxSpec } from './live-sandbox.ts';
import { newSandboxId } from './sandbox-id.ts';
import type { SandboxStore, StoredSandbox } from './sandbox-store.ts';
import { startSandbox, type BridgeTaker } from './start-sandbox.ts';

export interface StarterOptions {
  readonly store: SandboxStore | undefined;
  readonly isolation: () => Promise<Isolation>;
  readonly agentFile: string;
  readonly limits: SandboxLimits;
  readonly onBridge?: BridgeTaker | undefined;
  readonly logger: Logger;
}

export interface CreateOrder {
  readonly spec: SandboxSpec;
  /** The home to begin with. */
  readonly template?: SandboxHome | undefined;
}

/** Starts sandboxes: new ones, and those that were here before. */
export interface SandboxStarter {
  create(order: CreateOrder, signal: AbortSignal): Promise<LiveSandbox>;
  /** Starts it under its old id, with its files. */
  restart(sandbox: StoredSandbox, signal: AbortSignal): Promise<LiveSandbox>;
}

/** Starts sandboxes with what all of them share. */
export function sandboxStarter({ store, isolation: choose, ...shared }: StarterOptions): SandboxStarter {
  return {
    create: async ({ spec, template }, signal) => {
      const isolation = await choose();
      const id = newSandboxId();
      const identity = { id, accessToken: randomBytes(32).toString('hex') };
      try {
        const home = await store?.makeHome(id, isolation, template);
        return await startSandbox(spec, { ...shared, identity, isolation, home, signal });
      } catch (error) {
        await store?.remove(id);
        throw error;
      }
    },
    restart: async (sandbox, signal) => {
      const isolation = await choose();
      const home = await store?.reopenHome(sandbox, isolation);
      const { id, accessToken, startedAtMs } = sandbox;
      const identity = { id, accessToken, startedAtMs };
      return startSandbox(sandbox.spec, { ...shared, identity, isolation, home, signal });
    },
  };
}
