import { basename } from 'node:path';

/** Names of files that are there to hold secrets. */
const SECRET_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^\.env(?:\.(?!example$|sample$|template$|dist$).+)?$/i, 'a file of variables'],
  [/\.(?:pem|key|p12|pfx|jks|keystore|kdbx)$/i, 'a file of keys'],
  [/^id_(?:rsa|dsa|ecdsa|ed25519)$/, 'a private key'],
  [/^\.(?:netrc|pgpass|git-credentials|pypirc|htpasswd)$/, 'a file of passwords'],
  [/^(?:credentials|service-?account.*)\.json$/i, 'a file of credentials'],
];

/** How the keys of well-known services look, long enough that hardly anything else does. */
const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----\s*[A-Za-z0-9+/=]{16}/, 'a private key'],
  [/\be2b_[0-9a-f]{32,}\b/, 'a key of E2B'],
  [/\bsk-ant-[A-Za-z0-9_-]{32,}/, 'a key of Anthropic'],
  [/\bsk-(?:proj-|svcacct-)?(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{32,}/, 'a key of OpenAI'],
  [/\b[rs]k_live_[A-Za-z0-9]{20,}/, 'a key of Stripe'],
  [/\bgh[opsru]_[A-Za-z0-9]{36,}/, 'a token of GitHub'],
  [/\bgithub_pat_[A-Za-z0-9_]{50,}/, 'a token of GitHub'],
  [/\bglpat-[A-Za-z0-9_-]{20,}/, 'a token of GitLab'],
  [/\bnpm_[A-Za-z0-9]{36}\b/, 'a token of npm'],
  [/\bsb_secret_[A-Za-z0-9_-]{20,}/, 'a key of Supabase'],
  [/\bsbp_[0-9a-f]{40}\b/, 'a token of Supabase'],
  [/\bxox[abeprs]-[0-9]{8,}-[A-Za-z0-9-]{16,}/, 'a token of Slack'],
  [/\bA(?:KIA|SIA)[0-9A-Z]{16}\b/, 'a key of AWS'],
  [/\bAIza[A-Za-z0-9_-]{35}\b/, 'a key of Google'],
];

/** Further in, a file is data, and to read it would hold the run up. */
const MAX_SEARCHED_BYTES = 1024 * 1024;
const BINARY_PROBE_BYTES = 4096;

/** What a file is likely to give away, by its name or its text; undefined where it looks harmless. */
export function secretLook(file: string, content: Buffer): string | undefined {
  const name = basename(file);
  const byName = SECRET_NAMES.find(([pattern]) => pattern.test(name))?.[1];
  if (byName !== undefined) return content.length === 0 ? undefined : byName;
  return secretIn(content);
}

/** What a text is likely to give away. */
function secretIn(content: Buffer): string | undefined {
  if (content.subarray(0, BINARY_PROBE_BYTES).includes(0)) return undefined;
  const text = content.toString('latin1', 0, MAX_SEARCHED_BYTES);
  for (const [pattern, look] of SECRET_TEXTS) {
    const found = pattern.exec(text);
    if (found !== null) return `${look} (line ${text.slice(0, found.index).split('\n').length})`;
  }
  return undefined;
}
