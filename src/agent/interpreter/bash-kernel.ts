import type { ChildProcess } from 'node:child_process';
import { Writable } from 'node:stream';
import { KERNEL_INPUT_FD, KERNEL_OUTPUT_FD, type KernelCell } from '../kernel/kernel-wire.ts';

/**
 * An interactive bash is its own kernel: it reads lines of ours from its input, and an interrupt brings it back
 * to the next of them, whatever function or loop it was in, with all its variables.
 */
export const BASH_ARGUMENTS = ['--noprofile', '--norc', '--noediting', '-i'];
export const BASH_ENV = { PS1: '', PS2: '' };

/** What an interactive bash says about the terminal that it has not. */
export const BASH_NOISE = /^bash: \[\d+: \d+ \(\d+\)\] tcsetattr: Inappropriate ioctl for device\n$/;

/** An interactive bash says "exit" when it ends. */
const QUIET_EXIT = 'exit() { builtin exit "$@" 2>/dev/null; }';
const GREETING = `unset PS1 PS2; set +H +m +o history; history -c; ${QUIET_EXIT}; printf '{"type":"ready"}\\n' >&${KERNEL_OUTPUT_FD}\n`;
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Has a started bash say that it is there. */
export function greetBash(child: ChildProcess): void {
  child.stdin?.write(GREETING);
}

/**
 * The code goes through a descriptor of its own, up to a zero byte; programs of the cell get neither descriptor.
 * The end is told by a line of its own, which also runs after an interrupt.
 */
export function sendBashCell(child: ChildProcess, { cell, code, env }: KernelCell): void {
  const input = child.stdio[KERNEL_INPUT_FD];
  if (!(input instanceof Writable)) return;
  const variables = Object.entries(env).filter(([name]) => VARIABLE_NAME.test(name));
  input.write(`${cell}:${code.replaceAll('\0', '')}\0`);
  // One line, so that an interrupt cannot part reading from running; code that was left unread is passed over.
  const read = `until IFS= read -r -d '' -u ${KERNEL_INPUT_FD} __iris_code && [[ $__iris_code == ${cell}:* ]]; do :; done`;
  const run = `eval "\${__iris_code#${cell}:}" ${KERNEL_OUTPUT_FD}>&- ${KERNEL_INPUT_FD}<&- </dev/null`;
  const lines = [saveLine(variables), `${read}; ${run}`, endLine(cell), restoreLine(variables)];
  child.stdin?.write(`${lines.filter(Boolean).join('\n')}\n`);
}

/** A cell's own variables hide those of the shell and give them back afterwards. */
function saveLine(variables: readonly (readonly [string, string])[]): string {
  return variables
    .map(([name, value]) => {
      const isSet = `\${${name}+x}`;
      return `__iris_had_${name}=${isSet}; __iris_old_${name}=\${${name}-}; export ${name}=${quote(value)}`;
    })
    .join('; ');
}

function restoreLine(variables: readonly (readonly [string, string])[]): string {
  return variables
    .map(([name]) => {
      const back = `${name}=$__iris_old_${name}`;
      return `if [ -n "$__iris_had_${name}" ]; then ${back}; else unset ${name}; fi; unset __iris_had_${name} __iris_old_${name}`;
    })
    .join('; ');
}

/** E2B's kernel tells a status that is not zero as an error without a name. */
function endLine(cell: number): string {
  const error = '{"type":"error","name":"","value":"%s","traceback":""}';
  const end = `{"type":"end","cell":${cell}}`;
  return (
    `__iris_status=$?; if [ "$__iris_status" != 0 ]; then printf '${error}\\n' "$__iris_status" >&${KERNEL_OUTPUT_FD}; fi; ` +
    `printf '${end}\\n' >&${KERNEL_OUTPUT_FD}`
  );
}

function quote(text: string): string {
  return `'${text.replaceAll('\0', '').replaceAll("'", `'\\''`)}'`;
}
