import type { HttpClient } from '../../sandbox/http-request.ts';
import type { LiveSandbox } from '../live-sandboxes.ts';
import { orCancelled } from '../or-cancelled.ts';
import { runCommand } from '../run-command.ts';
import { installError } from './install-error.ts';
import type { InstallPlan } from './install-plan.ts';

const INSTALL_MS = 10 * 60_000;

/** Installs packages in sandboxes, once in each. */
export class PackageInstaller {
  readonly #client: HttpClient;
  readonly #running = new WeakMap<LiveSandbox, Map<string, Promise<void>>>();

  readonly #installed = new Set<string>();

  constructor(client: HttpClient) {
    this.#client = client;
  }

  /** Packages that it installed in no sandbox yet: what people may have to wait for. */
  missing(plans: readonly InstallPlan[]): string[] {
    return plans.filter(({ dir }) => !this.#installed.has(dir)).flatMap(({ specs }) => specs);
  }

  /** Throws INSTALL_FAILED, or CANCELLED while it goes on: other runs may wait for it, and the next one profits. */
  async install(live: LiveSandbox, plans: readonly InstallPlan[], signal: AbortSignal): Promise<void> {
    for (const plan of plans)
      if (!live.written.has(plan.doneFile)) await orCancelled(this.#share(live, plan), signal);
  }

  #share(live: LiveSandbox, plan: InstallPlan): Promise<void> {
    const running = this.#running.get(live) ?? new Map<string, Promise<void>>();
    this.#running.set(live, running);
    const known = running.get(plan.dir);
    if (known !== undefined) return known;
    const installing = this.#installIn(live, plan).finally(() => running.delete(plan.dir));
    running.set(plan.dir, installing);
    return installing;
  }

  async #installIn(live: LiveSandbox, plan: InstallPlan): Promise<void> {
    const { command, envs } = plan;
    const whole = { ...command, envs, cwd: '/', timeoutMs: INSTALL_MS };
    const result = await runCommand(this.#client, live.sandbox.endpoint, whole);
    if (result.exitCode !== 0) throw installError(plan, result, live.ref.provider);
    live.written.add(plan.doneFile);
    this.#installed.add(plan.dir);
  }
}
