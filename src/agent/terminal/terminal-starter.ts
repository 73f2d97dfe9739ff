import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import path from 'node:path';
import { ConnectFailure } from '../../core/connect-failure.ts';
import { errnoOf } from '../../core/errors.ts';
import type { TerminalSize } from '../../core/process-wire.ts';
import type { ProcessPlan } from '../spare/node-spare.ts';
import { startFailure } from './start-failure.ts';
import { TERMINAL_PROGRAMS } from './terminal-programs.ts';
import { Terminal, type TerminalTool } from './terminal.ts';

const STATUS_FD = 4;
const MAX_STATUS_CHARS = 64;
const START_TIMEOUT_MS = 10_000;
const ERRNO_NAMES: Readonly<Record<number, string>> = { 2: 'ENOENT', 13: 'EACCES' };

export interface StartedInTerminal {
  readonly child: ChildProcess;
  readonly terminal: Terminal;
}

/** Starts commands in pseudo terminals of their own. */
export class TerminalStarter {
  readonly #searchPath: string;
  #tool: TerminalTool | undefined;

  /** `searchPath` is where the program that helps with it is looked for. */
  constructor(searchPath: string) {
    this.#searchPath = searchPath;
  }

  /** Throws unimplemented on a machine that cannot do it, and what starting without a terminal throws. */
  async start(plan: ProcessPlan, size: TerminalSize): Promise<StartedInTerminal> {
    this.#tool ??= findTool(this.#searchPath);
    const fd = openMaster();
    const opened = { farFd: -1 };
    try {
      const child = spawnInTerminal({ plan, size, tool: this.#tool, fd });
      const status = await statusOf(child, (number) => (opened.farFd = openFarEnd(number)));
      if (status !== '') throw failureOf(status, plan.cmd);
      return { child, terminal: new Terminal({ fd, farFd: opened.farFd }, this.#tool) };
    } catch (thrown) {
      closeSync(fd);
      if (opened.farFd !== -1) closeSync(opened.farFd);
      throw thrown;
    }
  }
}

function findTool(searchPath: string): TerminalTool {
  for (const { name, options } of TERMINAL_PROGRAMS) {
    for (const directory of searchPath.split(':')) {
      const file = path.join(directory, name);
      if (path.isAbsolute(directory) && isExecutable(file)) return { file, options };
    }
  }
  const names = TERMINAL_PROGRAMS.map(({ name }) => name).join(' or ');
  throw new ConnectFailure('unimplemented', `a pty needs ${names}, and this sandbox has neither`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function openMaster(): number {
  try {
    return openSync('/dev/ptmx', constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch (cause) {
    const code = errnoOf(cause);
    if (code === 'ENOSPC' || code === 'EMFILE') {
      throw new ConnectFailure('resource_exhausted', 'no further pty can be opened', { cause });
    }
    throw new ConnectFailure('unimplemented', `a pty needs /dev/ptmx: ${String(code)}`, { cause });
  }
}

/** Does not make it the agent's own controlling terminal. */
function openFarEnd(number: string): number {
  return openSync(`/dev/pts/${number}`, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
}

interface TerminalSpawn {
  readonly plan: ProcessPlan;
  readonly size: TerminalSize;
  readonly tool: TerminalTool;
  readonly fd: number;
}

/** The helping program gets no environment of its own, so that none of the request's variables can change it. */
function spawnInTerminal({ plan, size, tool, fd }: TerminalSpawn): ChildProcess {
  const variables = Object.entries(plan.env).map(([name, value]) => `${name}=${value}`);
  const job = ['start', String(size.rows), String(size.cols), String(variables.length), ...variables];
  try {
    return spawn(tool.file, [...tool.options, ...job, plan.cmd, ...plan.args], {
      cwd: plan.cwd,
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', fd, 'pipe'],
      detached: true,
    });
  } catch (cause) {
    throw startFailure(plan.cmd, cause);
  }
}

/** What goes wrong before the helping program is the command; empty when all went well. */
async function statusOf(child: ChildProcess, onTerminal: (number: string) => void): Promise<string> {
  if (child.pid === undefined) {
    const [cause]: unknown[] = await once(child, 'error');
    return `spawn ${String(errnoOf(cause))}`;
  }
  const socket = child.stdio[STATUS_FD];
  if (!(socket instanceof Socket)) return 'status';
  const timer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
  const status = await talk(socket, { child, onTerminal }).catch(String);
  clearTimeout(timer);
  socket.destroy();
  return status;
}

/** Lets the helping program go on once the agent holds the far end, too; what follows is its problem, or nothing. */
function talk(
  socket: Socket,
  { child, onTerminal }: { child: ChildProcess; onTerminal: (number: string) => void },
): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    let hasTerminal = false;
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1', 0, MAX_STATUS_CHARS);
      const [line, number] = /^terminal (\d{1,9})\n/.exec(text) ?? [];
      if (hasTerminal || line === undefined || number === undefined) return;
      hasTerminal = true;
      text = text.slice(line.length);
      try {
        onTerminal(number);
        socket.write('\n');
      } catch (cause) {
        reject(cause);
      }
    });
    const settle = (): void => resolve(hasTerminal ? text : `start ${text}`);
    socket.once('error', settle);
    socket.once('close', settle);
    // Whoever else holds the socket open must not hold up the answer.
    child.once('exit', () => setImmediate(settle));
  });
}

function failureOf(problem: string, cmd: string): ConnectFailure {
  const [step = '', errno = ''] = problem.split(' ');
  const name = ERRNO_NAMES[Number(errno)];
  if (step === 'exec') return startFailure(cmd, Object.assign(new Error(`errno ${errno}`), { code: name }));
  return new ConnectFailure('unavailable', `error opening a pty for '${cmd}': ${problem}`);
}
