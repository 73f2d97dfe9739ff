import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { IrisError } from '../../../core/errors.ts';
import type { SandboxCgroup } from '../cgroup/sandbox-cgroup.ts';
import type { LaunchedSandbox, LaunchExit } from '../launch/launcher.ts';
import { markedPids } from './kill-strays.ts';
import { childrenOf, processTree, residentBytes } from './process-tree.ts';
import { SANDBOX_HOME } from '../launch/sandbox-layout.ts';
import { isHalted, isRunning, sendSignal } from './send-signal.ts';
import type { StartedLauncher } from '../launch/start-launcher.ts';
import { keepTail } from './stderr-tail.ts';
import { treeFreezer, type Freezer } from './tree-freezer.ts';

export interface RunningSandboxOptions {
  /** What processes that leave the launcher's tree still carry in their environment. */
  readonly sandboxId: string;
  /** True where the launcher only watches over its child, which is the sandbox's PID 1. */
  readonly hasInit: boolean;
  /** True where the launcher itself ends the sandbox when it is told to with SIGTERM. */
  readonly isSupervised?: boolean;
  /** True where the home is a mounted image, not a folder of the host. */
  readonly hasDiskOfItsOwn?: boolean;
  /** The sandbox's control group, which goes with it. */
  readonly group?: SandboxCgroup | undefined;
  /** Ends what outlives the launcher, and removes what was made for this sandbox. Runs once, after the exit. */
  readonly cleanUp?: () => Promise<void>;
}

// A kernel ends a few hundred processes within 20 ms; the rest is for a loaded machine.
const PATIENCE_MS = 200;
const GIVE_UP_MS = 5_000;
const POLL_MS = 2;
const FLUSH_MS = 20_000;

/** Watches over a started launcher: its exit, its memory and its end. */
export function runningSandbox(started: StartedLauncher, options: RunningSandboxOptions): LaunchedSandbox {
  const { pid, transport } = started;
  const { group } = options;
  const freezer = freezerOf(pid, options);
  const exited = watchExit(started).then(async (exit) => {
    await group?.remove();
    await options.cleanUp?.();
    return exit;
  });
  let kill: Promise<void> | undefined;
  return {
    transport,
    pid,
    exited,
    memoryBytes: () => group?.memoryBytes() ?? (options.hasInit ? initMemory(pid) : treeMemory(pid)),
    ...freezer,
    ...(options.hasDiskOfItsOwn === true && { flushHome: () => flushHome(pid) }),
    ...(group && { oomKills: () => group.oomKills() }),
    kill: () => (kill ??= end(started, exited, { ...options, freezer })),
  };
}

function freezerOf(pid: number, { group, hasInit, sandboxId }: RunningSandboxOptions): Freezer | undefined {
  if (group?.canFreeze === true) return { freeze: () => group.freeze(), thaw: () => group.thaw() };
  if (process.platform !== 'linux') return undefined;
  return treeFreezer(async () => {
    // The launcher itself only waits; stopped, it could not reap.
    if (hasInit) return (await Promise.all(childrenOf(pid).map(processTree))).flat();
    return [...(await processTree(pid)), ...(await markedPids(sandboxId))];
  });
}

/** Waits for the launcher's exit and then shortly for the rest of its stderr, which a survivor may hold open. */
function watchExit({ child, stderr }: StartedLauncher): Promise<LaunchExit> {
  const tail = keepTail(stderr);
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      void settledWithin(tail.ended, PATIENCE_MS).then(() => {
        stderr.destroy();
        resolve({ code, signal, stderrTail: tail.text() });
      });
    });
  });
}

async function end(
  started: StartedLauncher,
  exited: Promise<LaunchExit>,
  {
    hasInit,
    isSupervised = false,
    freezer,
  }: RunningSandboxOptions & { readonly freezer: Freezer | undefined },
): Promise<void> {
  // What is frozen cannot die.
  await freezer?.thaw().catch(() => undefined);
  if (isSupervised) {
    sendSignal(started.pid, 'SIGTERM');
    await settledWithin(exited, GIVE_UP_MS);
  }
  await killAndWait(started, exited, hasInit);
}

/**
 * The sandbox's PID 1 goes first: its parent, the launcher, then reaps it, where killing the launcher would leave a
 * zombie to the machine's init.
 */
async function killAndWait(
  { child, pid, transport }: StartedLauncher,
  exited: Promise<LaunchExit>,
  hasInit: boolean,
): Promise<void> {
  const isDead = (): boolean => child.exitCode !== null || child.signalCode !== null;
  // Without an init, the launcher is all there is.
  const deadline = Date.now() + (hasInit ? PATIENCE_MS : 0);
  let inner: readonly number[] = [];
  // Again and again, because a launcher that still builds the sandbox goes on to its next child.
  while (!isDead() && Date.now() < deadline) {
    inner = await killChildren(pid);
    if (inner.length === 0) break;
    await settledWithin(exited, POLL_MS);
  }
  if (!isDead()) sendSignal(-pid, 'SIGKILL');
  await exited;
  await within(GIVE_UP_MS, () => !inner.some(isRunning));
  transport.destroy();
}

/**
 * Kills what the launcher has started, and returns it. A launcher without children is stopped before a second look:
 * one that is killed in the moment between making PID 1 and telling it to die along would leave it behind.
 */
async function killChildren(launcherPid: number): Promise<readonly number[]> {
  const found = childrenOf(launcherPid);
  killAll(found);
  if (found.length > 0) return found;
  sendSignal(-launcherPid, 'SIGSTOP');
  await within(PATIENCE_MS, () => isHalted(launcherPid));
  const made = childrenOf(launcherPid);
  killAll(made);
  // Continued, it reaps what was killed; without children it is killed where it stands.
  if (made.length > 0) sendSignal(-launcherPid, 'SIGCONT');
  return made;
}

function killAll(pids: readonly number[]): void {
  for (const pid of pids) sendSignal(pid, 'SIGKILL');
}

async function settledWithin(promise: Promise<unknown>, timeoutMs: number): Promise<void> {
  const timer = new AbortController();
  const timeout = delay(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined);
  await Promise.race([promise, timeout]);
  timer.abort();
}

async function within(timeoutMs: number, isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!isTrue() && Date.now() < deadline) await delay(POLL_MS);
}

/** The way into the sandbox's root is safe: its folders above the home are read-only, and the launcher made them. */
async function flushHome(launcherPid: number): Promise<void> {
  const [init] = childrenOf(launcherPid);
  if (init === undefined) throw new IrisError('SANDBOX_LOST', 'The sandbox has ended');
  await promisify(execFile)('/bin/sync', ['-f', `/proc/${init}/root${SANDBOX_HOME}`], { timeout: FLUSH_MS });
}

async function initMemory(launcherPid: number): Promise<number | undefined> {
  const [init] = childrenOf(launcherPid);
  return init === undefined ? undefined : treeMemory(init);
}

async function treeMemory(pid: number): Promise<number | undefined> {
  const bytes = await residentBytes(await processTree(pid));
  return bytes === 0 ? undefined : bytes;
}
