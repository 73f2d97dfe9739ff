import { IrisError } from '../../core/errors.ts';

const MAX_CHARS = 8192;
const ENTER = /[\r\n]/;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';
const BACKSPACE = new Set(['\u0008', '\u007f']);

/** Asks for a line at the terminal that is not shown while it is typed. Throws CANCELLED for Ctrl-C and Ctrl-D. */
export async function readHidden(prompt: string): Promise<string> {
  const { stdin } = process;
  stdin.setRawMode(true);
  process.stderr.write(prompt);
  try {
    return await new Promise((resolve, reject) => {
      let line = '';
      const cancel = (): void => reject(new IrisError('CANCELLED', 'Cancelled; nothing was kept'));
      stdin.setEncoding('utf8');
      stdin.on('data', (text: string) => {
        for (const char of text) {
          if (ENTER.test(char)) return resolve(line);
          if (char === CTRL_C || char === CTRL_D) return cancel();
          if (char === CTRL_U) line = '';
          else if (BACKSPACE.has(char)) line = line.slice(0, -1);
          else if (line.length < MAX_CHARS) line += char;
        }
      });
      stdin.on('end', cancel);
    });
  } finally {
    stdin.removeAllListeners('data').removeAllListeners('end').pause();
    stdin.setRawMode(false);
    process.stderr.write('\n');
  }
}
