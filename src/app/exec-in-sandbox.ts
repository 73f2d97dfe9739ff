import type { SandboxExecParams } from '../contract/sandbox-request.ts';
import { IrisError } from '../core/errors.ts';
import type { TerminalSize } from '../core/process-wire.ts';
import type { RunIo } from '../executor/run-request.ts';
import { superviseProcess } from '../executor/supervise-process.ts';
import { startProcess } from '../sandbox/process-client.ts';
import type { ProcessEvent } from '../sandbox/sandbox.ts';
import type { FoundSandbox } from './find-sandbox.ts';

/** What a command writes, and how it ends. */
export type CommandEvent = Extract<ProcessEvent, { type: 'stdout' | 'stderr' | 'exited' }>;

/** The live connection between a command and whoever asked for it. */
export interface CommandIo extends Pick<RunIo, 'stdin' | 'onSignal' | 'signal'> {
  /** Calls back when the terminal has another size. */
  readonly onResize: (listener: (size: TerminalSize) => void) => void;
}

export interface Command extends Pick<SandboxExecParams, 'command' | 'envs' | 'dir' | 'terminal'> {
  /** How long the sandbox lives on when it is over. */
  readonly idleMs: number;
}

/** Often enough that no sandbox ends while somebody works in it. */
const AWAKE_EVERY_MS = 60_000;

/** Runs a command in a sandbox, which stays awake meanwhile; leaving the loop ends the command. */
export async function* execInSandbox(
  found: FoundSandbox,
  command: Command,
  io: CommandIo,
): AsyncGenerator<CommandEvent, void> {
  const { backend, listing } = found;
  const { command: words, envs, dir, terminal, idleMs } = command;
  const [cmd = '', ...args] = words;
  const { endpoint } = await backend.provider.connect(listing.id, idleMs);
  using _awake = await keepAwake(found, idleMs);
  const spec = { cmd, args, envs, cwd: dir, hasStdin: io.stdin !== undefined, timeoutMs: 0, pty: terminal };
  const process = await startProcess(backend.client, endpoint, spec, io.signal);
  // A size that comes too late is nobody's failure.
  io.onResize((size) => void process.resize(size).catch(() => undefined));
  using supervised = superviseProcess(process, io, 0);
  for await (const event of supervised.events) {
    if (event.type === 'stdout' || event.type === 'stderr') yield event;
    if (event.type !== 'exited') continue;
    yield event;
    return;
  }
  throw new IrisError('SANDBOX_LOST', `Sandbox ${listing.id} ended before the command did`, {
    hint: 'See what is there: iris sandbox ls',
  });
}

/** Counts as a run of the sandbox, so that it is neither paused nor taken for idle. */
export async function keepAwake(
  { backend, listing: { id } }: FoundSandbox,
  idleMs: number,
): Promise<Disposable> {
  const live = await backend.executor.sandboxes.find(id);
  const wake = (): void => {
    if (live !== undefined) live.endAtMs = Math.max(live.endAtMs, Date.now() + idleMs);
    void backend.provider.connect(id, idleMs).catch(() => undefined);
  };
  if (live !== undefined) live.runs += 1;
  const timer = setInterval(wake, Math.min(AWAKE_EVERY_MS, Math.max(idleMs / 2, 100)));
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      if (live !== undefined) live.runs -= 1;
    },
  };
}
