import { keyFilePath, type KeptName } from '../../config/key-file.ts';
import type { CallerContext } from '../../contract/daemon-wire.ts';
import { toIrisError } from '../../core/errors.ts';
import { checkE2bKey } from './check-e2b-key.ts';
import { addressFor, variableFor } from './kept-for.ts';
import { KeptKeys } from './kept-keys.ts';
import { keychainOf } from './keychain.ts';

/** How one key stands. */
export interface KeyStatus {
  readonly name: KeptName;
  /** A variable's name, `keychain`, `file`, or null where there is none. */
  readonly from: string | null;
  /** The service that the key is for; empty where the value is an address itself. */
  readonly at: string;
  /** The last characters, where the value is long enough to show them. */
  readonly ends: string | undefined;
  /** What is kept and does not count, because the variable does. */
  readonly hidden: 'keychain' | 'file' | undefined;
  /** Whether the service takes it; undefined where nobody asked. */
  readonly works: boolean | undefined;
  /** Why it cannot be used, and the next step. */
  readonly problem: string | undefined;
  readonly fix: string | undefined;
}

const SHOWN_CHARS = 4;
const MIN_CHARS = 16;

/** The keys of one user, as far as they can be known here. */
export function keptKeysOf(env: CallerContext['env'], homeDir: string): KeptKeys {
  return new KeptKeys(keyFilePath(env, homeDir), keychainOf(process.platform));
}

/** Tells where a key comes from and, when asked, whether it works; it fails for no key. */
export async function keyStatus(
  name: KeptName,
  { env, homeDir, verify }: { env: CallerContext['env']; homeDir: string; verify: boolean },
): Promise<KeyStatus> {
  const at = addressFor(name, env);
  const nothing = { name, from: null, at, ends: undefined, hidden: undefined, works: undefined };
  const known = { ...nothing, problem: undefined, fix: undefined };
  try {
    const variable = variableFor(name, env);
    const keys = keptKeysOf(env, homeDir);
    // A variable counts, whatever is wrong with the file.
    const entry = await keys.find({ name, at }).catch((thrown: unknown) => {
      if (variable === undefined) throw thrown;
    });
    if (variable === undefined && entry === undefined) return known;
    const value =
      variable === undefined && entry !== undefined ? await keys.valueOf(entry) : env[variable ?? ''];
    const found = {
      ...known,
      from: variable ?? entry?.keptIn ?? null,
      hidden: variable === undefined ? undefined : entry?.keptIn,
      ends: lastOf(value ?? ''),
    };
    return verify && name === 'E2B_API_KEY' ? { ...found, ...(await tried(value ?? '', at)) } : found;
  } catch (thrown) {
    const { message, hint } = toIrisError(thrown);
    return { ...known, problem: message, fix: hint };
  }
}

async function tried(value: string, at: string): Promise<Pick<KeyStatus, 'works' | 'problem' | 'fix'>> {
  try {
    await checkE2bKey(value, at);
    return { works: true, problem: undefined, fix: undefined };
  } catch (thrown) {
    const { code, message, hint } = toIrisError(thrown);
    return { works: code === 'AUTH_REJECTED' ? false : undefined, problem: message, fix: hint };
  }
}

function lastOf(value: string): string | undefined {
  return value.length < MIN_CHARS ? undefined : value.slice(-SHOWN_CHARS);
}
