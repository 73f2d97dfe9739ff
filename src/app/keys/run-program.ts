import { spawn } from 'node:child_process';
import { errnoOf } from '../../core/errors.ts';

export interface ProgramRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of the search path that may not be entered hides what the ones behind it lack. */
const MISSING = new Set(['ENOENT', 'EACCES', 'ENOTDIR']);
const MAX_CHARS = 64 * 1024;

/**
 * Runs a program of this machine to its end, with `input` on its standard input: what is secret is never an argument.
 * Undefined where there is no such program.
 */
export async function runProgram(
  [program = '', ...args]: readonly string[],
  { input, timeoutMs }: { readonly input: string; readonly timeoutMs: number },
): Promise<ProgramRun | undefined> {
  const child = spawn(program, args, { stdio: 'pipe', timeout: timeoutMs, killSignal: 'SIGKILL' });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] = (said[name] + text).slice(0, MAX_CHARS);
    });
  }
  // A program that does not read its input ends with a code, which tells more.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return await new Promise((resolve, reject) => {
    child.on('error', (thrown) => (MISSING.has(errnoOf(thrown) ?? '') ? resolve(undefined) : reject(thrown)));
    child.on('close', (exitCode) => resolve({ exitCode, ...said }));
  });
}
