import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { until } from './until.ts';

/** The first call of a tool opens a database. */
const SHOWN_WITHIN_MS = 40_000;

/** A program on a terminal of its own, and somebody who reads and types; the program does not outlive it. */
export interface Terminal extends Disposable {
  /** Waits until this text is shown after what was waited for before. */
  see(text: string): Promise<void>;
  type(text: string): void;
  /** All that was shown, once the program has ended, without what steers the terminal. */
  readonly ended: Promise<{ readonly shown: string; readonly exitCode: number | undefined }>;
}

/** Starts a program on a pseudo terminal. */
export function openTerminal(
  command: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Terminal {
  const line = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const child = execa('script', ['-qefc', `stty cols 100; exec ${line}`, '/dev/null'], {
    cwd,
    env: { ...env, TERM: 'xterm', SHELL: '/bin/sh' },
    extendEnv: false,
    reject: false,
    stdin: 'pipe',
    buffer: false,
  });
  let shown = '';
  let seen = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text.replaceAll('\r\n', '\n');
  });
  return {
    see: async (text) => {
      const isShown = (): boolean => shown.includes(text, seen);
      await until(`the terminal to show ${JSON.stringify(text)}`, isShown, SHOWN_WITHIN_MS);
      seen = shown.indexOf(text, seen) + text.length;
    },
    type: (text) => void child.stdin.write(text),
    ended: child.then(({ exitCode }) => ({ shown: stripVTControlCharacters(shown), exitCode })),
    [Symbol.dispose]: () => void child.kill(),
  };
}
