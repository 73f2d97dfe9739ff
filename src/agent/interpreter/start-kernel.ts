import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import { never } from '../../core/never.ts';
import { KERNEL_INPUT_FD, type KernelCell } from '../kernel/kernel-wire.ts';
import { BASH_ARGUMENTS, BASH_ENV, BASH_NOISE, greetBash, sendBashCell } from './bash-kernel.ts';
import { InterpreterFailure } from './interpreter-failure.ts';
import { KernelProcess } from './kernel-process.ts';
import type { Language } from './languages.ts';
import PYTHON_DISPLAY from './python-display.py';
import PYTHON_KERNEL from './python-kernel.py';
import PYTHON_MAGICS from './python-magics.py';
import PYTHON_OUTPUT from './python-output.py';

export interface KernelFiles {
  readonly nodeFile: string;
  /** The built JavaScript kernel. */
  readonly kernelFile: string;
  /** esbuild's own program; without it there is no TypeScript. */
  readonly esbuildFile: string;
}

export interface KernelPlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** One program: its parts see each other's names, whatever their order. */
const PYTHON_PROGRAM = [PYTHON_KERNEL, PYTHON_OUTPUT, PYTHON_MAGICS, PYTHON_DISPLAY, 'main()'].join('\n');
const STATUS_NOT_IMPLEMENTED = 501;

/** Starts the kernel of a language. Throws InterpreterFailure when this machine has none. */
export function startKernel(language: Language, files: KernelFiles, place: KernelPlace): KernelProcess {
  switch (language) {
    case 'javascript':
    case 'typescript':
      return startNode(files, place);
    case 'bash':
      return startBash(place);
    case 'python':
      return startPython(place);
    default:
      return never(language);
  }
}

function startNode({ nodeFile, kernelFile, esbuildFile }: KernelFiles, place: KernelPlace): KernelProcess {
  // Modules of node:vm are how local TypeScript is imported and, once changed, imported again.
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  return new KernelProcess(start(nodeFile, [...flags, kernelFile, esbuildFile], place), {
    sendCell: sendJsonCell,
  });
}

function startPython(place: KernelPlace): KernelProcess {
  const python = findProgram('python3', place.env['PATH']);
  if (python === undefined) {
    throw new InterpreterFailure(
      STATUS_NOT_IMPLEMENTED,
      'There is no python3 on this machine, so that Python code cannot run; install it or name another language',
    );
  }
  return new KernelProcess(start(python, ['-u', '-c', PYTHON_PROGRAM], place), { sendCell: sendJsonCell });
}

function startBash(place: KernelPlace): KernelProcess {
  const bash = findProgram('bash', place.env['PATH']);
  if (bash === undefined)
    throw new InterpreterFailure(STATUS_NOT_IMPLEMENTED, 'There is no bash on this machine');
  const child = start(bash, BASH_ARGUMENTS, { ...place, env: { ...place.env, ...BASH_ENV } }, 'pipe');
  greetBash(child);
  return new KernelProcess(child, {
    sendCell: sendBashCell,
    noise: BASH_NOISE,
    // A bash whose program ends at the very moment of a signal takes the signal for the program's.
    interruptAgainMs: 70,
  });
}

function start(
  file: string,
  args: readonly string[],
  { cwd, env }: KernelPlace,
  stdin: 'ignore' | 'pipe' = 'ignore',
): ChildProcess {
  return spawn(file, args, { cwd, env, stdio: [stdin, 'pipe', 'pipe', 'pipe', 'pipe'], detached: true });
}

function sendJsonCell(child: ChildProcess, cell: KernelCell): void {
  const input = child.stdio[KERNEL_INPUT_FD];
  if (input instanceof Writable) input.write(`${JSON.stringify(cell)}\n`);
}

function findProgram(name: string, searchPath = ''): string | undefined {
  return searchPath
    .split(':')
    .filter((directory) => directory.startsWith('/'))
    .map((directory) => path.join(directory, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
