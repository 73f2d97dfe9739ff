import { open } from 'node:fs/promises';
import { extname } from 'node:path';

/** What runs a script that is sent as it is; everything else is bundled for Node. */
export interface Interpreter {
  readonly language: 'python' | 'shell';
  /** The program and its options, before the script. */
  readonly command: readonly [string, ...string[]];
}

// Output that Python keeps back would arrive when the script is over.
const PYTHON: Interpreter = { language: 'python', command: ['python3', '-u'] };
const SH: Interpreter = { language: 'shell', command: ['sh'] };
const BASH: Interpreter = { language: 'shell', command: ['bash'] };

const BY_ENDING: Readonly<Record<string, Interpreter>> = { '.py': PYTHON, '.sh': SH, '.bash': BASH };
const BY_PROGRAM: readonly (readonly [RegExp, Interpreter])[] = [
  [/^python[\d.]*$/, PYTHON],
  [/^bash$/, BASH],
  [/^(?:sh|dash|ash)$/, SH],
];
const MAX_SHEBANG_BYTES = 256;

/** The endings of files that are sent as they are. */
export const SOURCE_ENDINGS: readonly string[] = Object.keys(BY_ENDING);

/**
 * What runs a file: by its ending, else by its first line; a shell script that asks for bash gets it. Undefined for
 * what is bundled or cannot be run.
 */
export async function interpreterOf(scriptFile: string): Promise<Interpreter | undefined> {
  const ending = extname(scriptFile).toLowerCase();
  const byEnding = BY_ENDING[ending];
  if (byEnding === undefined && ending !== '') return undefined;
  if (byEnding?.language === 'python') return byEnding;
  return (await byShebang(scriptFile)) ?? byEnding;
}

async function byShebang(file: string): Promise<Interpreter | undefined> {
  const head = await readHead(file);
  const [, program = '', argument = ''] = /^#!\s*(\S+)(?:[ \t]+(?:-S[ \t]+)?(\S+))?/.exec(head) ?? [];
  const name = baseName(program) === 'env' ? argument : baseName(program);
  return BY_PROGRAM.find(([pattern]) => pattern.test(name))?.[1];
}

async function readHead(file: string): Promise<string> {
  try {
    await using handle = await open(file, 'r');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_SHEBANG_BYTES), 0, MAX_SHEBANG_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead).split('\n', 1)[0] ?? '';
  } catch {
    // Whoever bundles it says why it cannot be read.
    return '';
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
