import { IrisError } from '../../core/errors.ts';
import { runProgram, type ProgramRun } from './run-program.ts';

/** The operating system's own place for secrets, reached through a program of the system. */
export interface Keychain {
  /** Undefined where there is no value of that account. Throws AUTH_MISSING where the keychain does not answer. */
  read(account: string): Promise<string | undefined>;
  write(account: string, value: string): Promise<void>;
  /** What is not there is no failure. Throws as `read` does. */
  remove(account: string): Promise<void>;
}

const SERVICE = 'iris-prime';
/** A person may have to unlock it. */
const TIMEOUT_MS = 30_000;
/** How macOS' program ends when there is no such value. */
const NOT_FOUND = 44;

/** The keychain of a platform; whether it is really there shows when it is used. Windows has none that a program reaches. */
export function keychainOf(platform: NodeJS.Platform): Keychain | undefined {
  if (platform === 'darwin') return MACOS;
  return platform === 'linux' ? SECRET_SERVICE : undefined;
}

const SECRET_SERVICE: Keychain = {
  read: async (account) => {
    const run = await ask(['secret-tool', 'lookup', ...attributes(account)]);
    if (hasFailed(run)) throw silent(run);
    return nonEmpty(run.stdout);
  },
  write: async (account, value) => {
    const command = ['secret-tool', 'store', `--label=iris ${account}`, ...attributes(account)];
    const run = await ask(command, value);
    if (run.exitCode !== 0) throw silent(run);
  },
  remove: async (account) => {
    const run = await ask(['secret-tool', 'clear', ...attributes(account)]);
    if (hasFailed(run)) throw silent(run);
  },
};

/** It ends with 1 and says nothing where there is no such value. */
function hasFailed({ exitCode, stderr }: ProgramRun): boolean {
  return exitCode === null || (exitCode !== 0 && stderr.trim() !== '');
}

function attributes(account: string): readonly string[] {
  return ['service', SERVICE, 'account', account];
}

const MACOS: Keychain = {
  read: async (account) => {
    const run = await ask(['security', 'find-generic-password', '-s', SERVICE, '-a', account, '-w']);
    if (run.exitCode === NOT_FOUND) return undefined;
    if (run.exitCode !== 0) throw silent(run);
    return nonEmpty(run.stdout);
  },
  // With -i it takes whole commands from its standard input; -X is the value as hexadecimal digits.
  write: async (account, value) => {
    const digits = Buffer.from(value).toString('hex');
    const command = `add-generic-password -U -s ${SERVICE} -a ${quoted(account)} -l ${quoted(`iris ${account}`)} -X ${digits}\n`;
    const run = await ask(['security', '-i'], command);
    if (run.exitCode !== 0) throw silent(run);
  },
  remove: async (account) => {
    const run = await ask(['security', 'delete-generic-password', '-s', SERVICE, '-a', account]);
    if (run.exitCode !== 0 && run.exitCode !== NOT_FOUND) throw silent(run);
  },
};

function quoted(word: string): string {
  return `"${word.replaceAll(/["\\\n\r]/g, '')}"`;
}

async function ask(command: readonly string[], input = ''): Promise<ProgramRun> {
  const run = await runProgram(command, { input, timeoutMs: TIMEOUT_MS });
  if (run !== undefined) return run;
  throw new IrisError(
    'AUTH_MISSING',
    `The keychain cannot be reached: there is no program ${command[0] ?? ''}`,
    {
      hint: 'Keep the key in a file that only you can read: iris auth login --file',
    },
  );
}

/** What the programs say of a failure names no value, but nobody promises that: only the code is passed on. */
function silent({ exitCode }: ProgramRun): IrisError {
  const how = exitCode === null ? 'it did not answer in time' : `its program ended with ${exitCode}`;
  return new IrisError('AUTH_MISSING', `The keychain cannot be used: ${how}`, {
    hint: 'Unlock it, or keep the key in a file that only you can read: iris auth login --file',
  });
}

function nonEmpty(text: string): string | undefined {
  return text.trim() === '' ? undefined : text.trim();
}
