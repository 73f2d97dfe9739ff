import { homedir } from 'node:os';
import { addressFor, variableFor } from '../../app/keys/kept-for.ts';
import { keptKeysOf, keyStatus, type KeyStatus } from '../../app/keys/key-status.ts';
import type { KeptName } from '../../config/key-file.ts';
import { storeContext } from '../../contract/caller-context.ts';
import { IrisError } from '../../core/errors.ts';
import { canAsk } from '../terminal/can-ask.ts';
import type { CliContext } from '../context.ts';
import { isTerminal } from '../terminal/is-terminal.ts';
import { printJson } from '../terminal/print.ts';
import { readHidden } from '../terminal/read-hidden.ts';
import { readText } from '../terminal/read-text.ts';
import { renderFacts } from '../render/facts.ts';
import { openScreen } from '../terminal/screen.ts';

interface KeyFlags {
  readonly database?: boolean;
  readonly supabase?: boolean;
  readonly json?: boolean;
}

export interface LoginFlags extends KeyFlags {
  readonly stdin?: boolean;
  readonly file?: boolean;
  readonly verify: boolean;
  readonly input?: boolean;
}

const KINDS: Readonly<Record<KeptName, string>> = {
  E2B_API_KEY: 'API key of E2B',
  DATABASE_URL: 'URL of the database, with its password',
  SUPABASE_SECRET_KEY: 'secret key of Supabase',
};
/** What a header or an address can carry. */
const VALUE = /^[\x21-\x7e]{1,8192}$/;

/** `iris auth login`: keeps a key, after the service has taken it. */
export async function authLogin(flags: LoginFlags, context: CliContext): Promise<void> {
  // What was typed behind it may be the key itself: it is never repeated.
  refuseWords(context.words);
  const slot = slotOf(flags);
  const value = checked(slot.name, await readKey(slot.name, flags));
  if (slot.name === 'E2B_API_KEY' && flags.verify) {
    const { checkE2bKey } = await import('../../app/keys/check-e2b-key.ts');
    await checkE2bKey(value, slot.at);
  }
  const { env, homeDir } = own();
  const { keptIn, refusal } = await keptKeysOf(env, homeDir).keep(slot, value, {
    inFile: flags.file === true,
  });
  const hiddenBy = variableFor(slot.name, env);
  if (flags.json === true) return printJson({ name: slot.name, at: slot.at, keptIn, hiddenBy });
  const where = keptIn === 'file' ? 'a file that only you can read' : 'the keychain';
  process.stdout.write(`${slot.name}${forWhat(slot.at)} is kept in ${where}\n`);
  if (refusal !== undefined) process.stderr.write(`iris: not in the keychain: ${refusal}\n`);
  if (hiddenBy !== undefined)
    process.stderr.write(
      `iris: the variable ${hiddenBy} is set here and counts before it\n  unset ${hiddenBy}\n`,
    );
}

/** `iris auth logout`: forgets a key. */
export async function authLogout(flags: KeyFlags): Promise<void> {
  const slot = slotOf(flags);
  const { env, homeDir } = own();
  const { wasIn, refusal } = await keptKeysOf(env, homeDir).forget(slot);
  const variable = variableFor(slot.name, env);
  if (flags.json === true)
    return printJson({ name: slot.name, at: slot.at, wasIn: wasIn ?? null, refusal, variable });
  const what = wasIn === undefined ? 'was not kept' : `is gone from the ${wasIn}`;
  if (refusal !== undefined)
    throw new IrisError(
      'AUTH_MISSING',
      `iris uses ${slot.name} no more, but it is still in the keychain: ${refusal}`,
      {
        hint: 'Take the value of iris-prime out with the program of your system that manages passwords.',
      },
    );
  process.stdout.write(`${slot.name}${forWhat(slot.at)} ${what}\n`);
  if (variable !== undefined)
    process.stderr.write(`iris: the variable ${variable} is still set here\n  unset ${variable}\n`);
}

/** `iris auth status`: where the key in force comes from; exit 1 where there is none, or it does not work. */
export async function authStatus(
  flags: KeyFlags & { readonly verify?: boolean },
  context: CliContext,
): Promise<void> {
  const status = await keyStatus(nameOf(flags), { ...own(), verify: flags.verify === true });
  if (status.from === null || status.problem !== undefined) context.exitCode = 1;
  if (flags.json === true) return printJson(status);
  process.stdout.write(renderFacts(factsOf(status), openScreen()));
}

function factsOf({ name, from, at, ends, hidden, works, problem, fix }: KeyStatus) {
  const place = from === 'keychain' || from === 'file' ? `the ${from}` : from && `the variable ${from}`;
  return [
    ['key', name],
    ['from', place ?? 'nowhere'],
    ['for', at],
    ['ends in', ends],
    ['works', works === undefined ? undefined : String(works)],
    ['unused', hidden && `another one in the ${hidden}`],
    ['problem', problem],
    ['fix', fix ?? (from === null ? 'iris auth login' : undefined)],
  ] as const;
}

function own(): { env: Readonly<Record<string, string>>; homeDir: string } {
  const { env } = storeContext(process.env, process.cwd());
  return { env, homeDir: env['HOME'] ?? homedir() };
}

function nameOf({ database, supabase }: KeyFlags): KeptName {
  if (database === true && supabase === true)
    throw new IrisError('USAGE_INVALID', '--database and --supabase are two keys', {
      hint: 'Take one of them.',
    });
  if (database === true) return 'DATABASE_URL';
  return supabase === true ? 'SUPABASE_SECRET_KEY' : 'E2B_API_KEY';
}

function slotOf(flags: KeyFlags): { readonly name: KeptName; readonly at: string } {
  const name = nameOf(flags);
  const at = addressFor(name, own().env);
  if (name !== 'SUPABASE_SECRET_KEY' || at !== '') return { name, at };
  throw new IrisError('USAGE_INVALID', 'Nobody says which Supabase the key is for: SUPABASE_URL is not set', {
    hint: 'export SUPABASE_URL=https://….supabase.co, which is no secret',
  });
}

function forWhat(at: string): string {
  return at === '' ? '' : ` for ${at}`;
}

function refuseWords(words: readonly string[]): void {
  const known = /^(?:auth|login|--(?:database|supabase|stdin|file|no-verify|no-input|json|debug))$/;
  if (words.every((word) => known.test(word))) return;
  throw new IrisError(
    'USAGE_INVALID',
    'iris auth login takes no key as an argument, and knows not all of these words',
    {
      hint: 'Arguments can be seen by others and stay in the history of the shell: if it was a key, make a new one. Type it when iris asks, or: iris auth login --stdin < key.txt',
    },
  );
}

async function readKey(name: KeptName, flags: LoginFlags): Promise<string> {
  if (flags.stdin === true || !isTerminal(0)) {
    return await readText('-', 'Pipe the key in, or leave --stdin out to be asked for it.');
  }
  if (canAsk(flags, process.env)) return await readHidden(`${KINDS[name]} (it is not shown): `);
  throw new IrisError('USAGE_INVALID', 'The key has to be typed, and nothing is asked here', {
    hint: 'Pipe it in: iris auth login --stdin < key.txt',
  });
}

function checked(name: KeptName, typed: string): string {
  const value = typed.trim();
  const what = value === '' ? 'is empty' : wrongWith(name, value);
  if (what === undefined) return value;
  throw new IrisError('USAGE_INVALID', `The ${KINDS[name]} ${what}`, {
    hint: 'Nothing was kept. Try again.',
  });
}

function wrongWith(name: KeptName, value: string): string | undefined {
  if (!VALUE.test(value)) return 'has spaces, lines or letters in it that no key has';
  if (name !== 'DATABASE_URL' || /^postgres(?:ql)?:\/\/./.test(value)) return undefined;
  return 'does not begin with postgres:// or postgresql://';
}
