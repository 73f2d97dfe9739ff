import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { devNull } from 'node:os';
import type { Readable } from 'node:stream';
import { IrisError } from '../../../core/errors.ts';
import { inheritedDescriptors } from './inherited-descriptors.ts';
import type { LauncherCommand } from './sandbox-layout.ts';

/** A launcher that was started: the agent's transport, its stderr and its process. */
export interface StartedLauncher {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly transport: Socket;
  readonly stderr: Readable;
}

export interface StartOptions {
  readonly sandboxId: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

const TRANSPORT_FD = 3;
const FIRST_INPUT_FD = 4;

/** Starts a launcher in a session of its own, hands it its inputs, and resolves when it executes. */
export async function startLauncher(
  command: LauncherCommand,
  options: StartOptions,
): Promise<StartedLauncher> {
  const [file = '', ...argv] = command.argv;
  const nothing = openSync(devNull, 'r');
  let child: ChildProcess;
  try {
    child = spawn(file, argv, {
      // A session of its own, so that ^C in a terminal reaches iris alone.
      detached: true,
      cwd: options.cwd,
      env: options.env,
      stdio: stdioOf(command.inputs.length, nothing),
    });
    await once(child, 'spawn');
  } catch (cause) {
    throw new IrisError('SANDBOX_UNAVAILABLE', `Cannot start ${file} for sandbox ${options.sandboxId}`, {
      hint: 'Check the installation with: iris doctor',
      cause,
    });
  } finally {
    closeSync(nothing);
  }
  command.inputs.forEach((bytes, index) => writeInput(child.stdio[FIRST_INPUT_FD + index], bytes));
  return describe(child);
}

/** Whatever this process would leak is replaced by /dev/null; the gaps stay empty. */
function stdioOf(inputCount: number, nothing: number): StdioOptions {
  const leaked = inheritedDescriptors();
  const pipes = FIRST_INPUT_FD + inputCount;
  const count = Math.max(pipes, ...leaked.map((fd) => fd + 1));
  return Array.from({ length: count }, (_, fd) => {
    if (fd === 0 || fd === 1) return 'ignore';
    if (fd < pipes) return 'pipe';
    return leaked.includes(fd) ? nothing : 'ignore';
  });
}

function writeInput(pipe: unknown, bytes: Buffer): void {
  if (!(pipe instanceof Socket)) return;
  // A launcher that fails closes its inputs unread; its exit and its stderr tell why.
  pipe.on('error', () => pipe.destroy());
  pipe.on('finish', () => pipe.destroy());
  pipe.end(bytes);
}

function describe(child: ChildProcess): StartedLauncher {
  const transport = child.stdio[TRANSPORT_FD];
  const { pid, stderr } = child;
  if (pid === undefined || stderr === null || !(transport instanceof Socket)) {
    throw new IrisError('INTERNAL', 'A launcher started without its pipes');
  }
  // The transport's user learns of an error by its own listener; without one it must not end this process.
  transport.on('error', () => transport.destroy());
  return { child, pid, transport, stderr };
}
