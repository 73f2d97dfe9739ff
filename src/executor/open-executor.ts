import { attachSandbox, type AttachedSandbox, type AttachOrder } from './attach-sandbox.ts';
import type { RunEvent } from '../contract/run-event.ts';
import type { Bundler } from './bundle/bundler.ts';
import { LiveSandboxes, type LiveSandboxesOptions } from './live-sandboxes.ts';
import { IncludeCache } from './includes/include-cache.ts';
import { PackageInstaller } from './install/install-packages.ts';
import { planScript, type ScriptPlan } from './plan-script.ts';
import type { ToolParts } from './script-tools.ts';
import { runScript } from './run-script.ts';
import type { RunIo, RunRequest } from './run-request.ts';

export interface ExecutorOptions extends LiveSandboxesOptions, ToolParts {
  readonly bundler: Bundler;
  readonly pythonClientDir?: string | undefined;
}

/** Runs scripts in the sandboxes of one provider. */
export interface Executor {
  readonly sandboxes: LiveSandboxes;
  /** Lets the programs of a sandbox that was made elsewhere call tools. */
  attach(order: AttachOrder): Promise<AttachedSandbox>;
  run(request: RunRequest, io: RunIo): AsyncGenerator<RunEvent, void>;
  /** Finds out what `run` would do. */
  plan(request: RunRequest, signal: AbortSignal): Promise<ScriptPlan>;
}

/** Wires an executor; it owns nothing that must be closed, its parts are closed by whoever opened them. */
export function openExecutor(options: ExecutorOptions): Executor {
  const sandboxes = new LiveSandboxes(options);
  const includes = new IncludeCache();
  const installer = new PackageInstaller(options.client);
  return {
    sandboxes,
    attach: (order) => attachSandbox(options, order),
    plan: (request, signal) => planScript({ ...options, sandboxes, includes }, request, signal),
    run: (request, io) => runScript({ ...options, sandboxes, includes, installer }, request, io),
  };
}
