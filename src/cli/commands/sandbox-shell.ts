import { IrisError } from '../../core/errors.ts';
import type { TerminalSize } from '../../core/process-wire.ts';
import type { CliContext } from '../context.ts';
import { streamCommand } from '../stream-command.ts';

/** Some terminals do not know their own. */
const USUAL_SIZE: TerminalSize = { cols: 80, rows: 24 };

/** `iris sandbox shell [name]`: a shell in a sandbox, at this terminal. */
export async function sandboxShell(target: string | undefined, context: CliContext): Promise<void> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) {
    throw new IrisError('USAGE_INVALID', 'A shell needs a terminal, and there is none here', {
      hint: 'Run single commands: iris sandbox exec -- ls -l',
    });
  }
  const size = (): TerminalSize => ({
    cols: stdout.columns || USUAL_SIZE.cols,
    rows: stdout.rows || USUAL_SIZE.rows,
  });
  const asked = {
    target,
    command: ['/bin/bash', '-i', '-l'],
    envs: { TERM: process.env['TERM'] ?? 'xterm-256color', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
    hasStdin: true,
    terminal: size(),
    onResize: (listener: (size: TerminalSize) => void) => void stdout.on('resize', () => listener(size())),
  };
  // Every key goes to the shell, Ctrl-C too.
  stdin.setRawMode(true);
  try {
    context.exitCode = await streamCommand(asked, context.distDir);
  } finally {
    stdin.setRawMode(false);
  }
}
