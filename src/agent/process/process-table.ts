import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { BRIDGE_ENV } from '../../core/bridge-wire.ts';
import { ConnectFailure } from '../../core/connect-failure.ts';
import type { ProcessSelector, StartRequest } from '../../core/process-wire.ts';
import type { ChildEnv } from '../user/child-env.ts';
import { ManagedProcess, type StartedChild } from './managed-process.ts';
import type { ProgramSocket, ScriptBridge } from '../bridge/script-bridge.ts';
import type { ProcessLog } from './process-log.ts';
import type { NodeSpare, ProcessPlan } from '../spare/node-spare.ts';
import { resolveSandboxPath, toRealHome, withRealHome } from '../user/sandbox-path.ts';
import { sandboxUser } from '../user/sandbox-user.ts';
import { startFailure } from '../terminal/start-failure.ts';
import { TerminalStarter } from '../terminal/terminal-starter.ts';

/** How long the end of a process stays known to somebody who connects late. */
const REMEMBER_MS = 30_000;

export interface ProcessTableOptions {
  readonly childEnv: ChildEnv;
  readonly spare: NodeSpare;
  readonly log: ProcessLog;
  readonly bridge: ScriptBridge;
}

/** Who asks for a process, and what it is to have besides what E2B's protocol knows. */
export interface StartWish {
  readonly userName?: string | undefined;
  /** Whether the process may call tools. */
  readonly hasBridge?: boolean;
}

/** All processes that were started on request: the running ones and those that ended a moment ago. */
export class ProcessTable {
  readonly #options: ProcessTableOptions;
  readonly #terminals: TerminalStarter;
  readonly #processes = new Map<number, ManagedProcess>();

  constructor(options: ProcessTableOptions) {
    this.#options = options;
    this.#terminals = new TerminalStarter(options.childEnv.base['PATH'] ?? '');
  }

  /** Starts a process. Throws invalid_argument for a missing directory, not_found for a missing command, and more. */
  async start(request: StartRequest, wish: StartWish = {}): Promise<ManagedProcess> {
    const { log, bridge, childEnv } = this.#options;
    const planned = this.#planFor(request, wish.userName);
    const socket = wish.hasBridge === true ? await bridge.open() : undefined;
    const child = await this.#spawn(withSocket(planned, socket), request).catch((thrown: unknown) => {
      socket?.[Symbol.dispose]();
      throw thrown;
    });
    const started = new ManagedProcess(child, request, {
      beforeEnd: socket && (() => socket.settled()),
      onEnd: (end) => {
        socket?.[Symbol.dispose]();
        log.ended(started.pid, end);
        this.#forgetLater(started);
      },
    });
    this.#processes.set(started.pid, started);
    log.started({ pid: started.pid, user: wish.userName ?? childEnv.defaults.user ?? 'user', request });
    return started;
  }

  /** Throws not_found. */
  running(selector: ProcessSelector): ManagedProcess {
    const found = this.known(selector);
    if (!found.isRunning) throw unknownProcess(selector);
    return found;
  }

  /** Also finds a process that ended a moment ago. Throws not_found. */
  known(selector: ProcessSelector): ManagedProcess {
    const found = 'pid' in selector ? this.#processes.get(selector.pid) : this.#withTag(selector.tag);
    if (!found) throw unknownProcess(selector);
    return found;
  }

  list(): ManagedProcess[] {
    return [...this.#processes.values()].filter((started) => started.isRunning);
  }

  /** Kills everything that runs, the spare too. */
  close(): void {
    this.#options.spare.close();
    for (const started of this.list()) started.kill();
    this.#options.bridge.close();
  }

  async #spawn(plan: ProcessPlan, request: StartRequest): Promise<StartedChild> {
    const { child, terminal } = request.pty
      ? await this.#terminals.start(plan, request.pty)
      : { child: this.#options.spare.take(plan) ?? spawnPlainly(plan), terminal: undefined };
    if (!isStarted(child)) throw await spawnFailure(child, request.cmd);
    return { child, terminal };
  }

  #planFor(request: StartRequest, userName: string | undefined): ProcessPlan {
    const { childEnv } = this.#options;
    const { defaults } = childEnv;
    const user = sandboxUser(userName ?? defaults.user, childEnv.home);
    return {
      cmd: request.cmd,
      args: request.args.map((argument) => toRealHome(argument, childEnv.home)),
      env: childEnv.forProcess(withRealHome(request.envs, childEnv.home), user),
      cwd: existingDirectory(request.cwd ?? defaults.directory ?? user.home, user.home),
      hasStdin: request.hasStdin,
    };
  }

  #withTag(tag: string): ManagedProcess | undefined {
    return [...this.#processes.values()].findLast((started) => started.request.tag === tag);
  }

  #forgetLater(ended: ManagedProcess): void {
    setTimeout(() => {
      // The number may belong to a newer process by then.
      if (this.#processes.get(ended.pid) === ended) this.#processes.delete(ended.pid);
    }, REMEMBER_MS).unref();
  }
}

function withSocket(plan: ProcessPlan, socket: ProgramSocket | undefined): ProcessPlan {
  if (socket === undefined) return plan;
  return { ...plan, env: { ...plan.env, [BRIDGE_ENV.socket]: socket.path } };
}

function existingDirectory(given: string, home: string): string {
  const directory = resolveSandboxPath(given, home);
  try {
    if (statSync(directory).isDirectory()) return directory;
  } catch (cause) {
    throw new ConnectFailure('invalid_argument', `cwd '${directory}' does not exist`, { cause });
  }
  throw new ConnectFailure('invalid_argument', `cwd '${directory}' is not a directory`);
}

function spawnPlainly({ cmd, args, env, cwd, hasStdin }: ProcessPlan): ChildProcess {
  try {
    return spawn(cmd, args, {
      cwd,
      env,
      stdio: [hasStdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      detached: true,
    });
  } catch (cause) {
    throw startFailure(cmd, cause);
  }
}

function isStarted(child: ChildProcess): child is ChildProcess & { readonly pid: number } {
  return child.pid !== undefined;
}

/** A process without a pid is about to say why. */
async function spawnFailure(child: ChildProcess, cmd: string): Promise<ConnectFailure> {
  const [cause]: unknown[] = await once(child, 'error');
  return startFailure(cmd, cause);
}

function unknownProcess(selector: ProcessSelector): ConnectFailure {
  const name = 'pid' in selector ? `pid ${selector.pid}` : `tag ${selector.tag}`;
  return new ConnectFailure('not_found', `process with ${name} not found`);
}
