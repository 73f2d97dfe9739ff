import type { KeyPath } from './config-keys.ts';
import { isGroup, type Layer } from './layer.ts';

const SECRET_WORDS = new Set([
  'apikey',
  'credential',
  'credentials',
  'passphrase',
  'passwd',
  'password',
  'secret',
  'secrets',
  'token',
]);
/** Deeper than any key lies; a YAML alias can make a value that contains itself. */
const MAX_DEPTH = 8;

const PUBLIC_WORDS = new Set(['public', 'publishable']);

/** How the tokens of well-known services begin, private keys, JSON web tokens, and URLs with a password. */
const SECRET_VALUE = new RegExp(
  [
    String.raw`\be2b_[A-Za-z0-9]{6}`,
    String.raw`\b(?:sk|rk)[-_][A-Za-z0-9_-]{8}`,
    String.raw`\bgh[oprsu]_[A-Za-z0-9]{8}`,
    String.raw`\bgithub_pat_[A-Za-z0-9]{8}`,
    String.raw`\bglpat-[A-Za-z0-9_-]{8}`,
    String.raw`\bnpm_[A-Za-z0-9]{16}`,
    String.raw`\bsb[ps]_[A-Za-z0-9]{16}`,
    String.raw`\bxox[abeprs]-[A-Za-z0-9-]{8}`,
    String.raw`\bA(?:KIA|SIA)[0-9A-Z]{16}`,
    String.raw`\bAIza[A-Za-z0-9_-]{16}`,
    String.raw`\beyJ[A-Za-z0-9_-]{8,}\.`,
    String.raw`-----BEGIN [A-Z ]*PRIVATE KEY`,
    String.raw`\b[a-z][a-z0-9+.-]*:\/\/[^\s\/:@]*:[^\s\/@]+@`,
  ].join('|'),
);

/** Keys that name secrets and hold none: what stands there is only judged by its look. */
const NAMING_KEYS: ReadonlySet<string | undefined> = new Set(['secrets', 'grantSecrets']);

/** The paths in a file's values that hold a secret, by name or by look. */
export function findSecrets(values: Layer['values']): readonly KeyPath[] {
  return secretsIn(values, []);
}

/** Tells whether a text contains something that looks like a known kind of secret. */
export function holdsSecret(text: string): boolean {
  return SECRET_VALUE.test(text);
}

function secretsIn(value: unknown, path: KeyPath): KeyPath[] {
  const name = path.at(-1) ?? '';
  if (typeof value === 'string' && holdsSecret(value)) return [path];
  const isNaming = NAMING_KEYS.has(path[0]);
  if (!isNaming && isSecretName(name) && isFilled(value) && !isReference(value)) return [path];
  if (path.length >= MAX_DEPTH) return [];
  if (Array.isArray(value))
    return value.flatMap((member, index) => secretsIn(member, [...path, String(index)]));
  if (!isGroup(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => secretsIn(member, [...path, key]));
}

function isSecretName(name: string): boolean {
  if (holdsSecret(name)) return true;
  const words = name
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  if (words.some((word) => PUBLIC_WORDS.has(word))) return false;
  return (
    words.at(-1) === 'key' || words.some((word) => SECRET_WORDS.has(word)) || /password|apikey/i.test(name)
  );
}

/** `${NAME}` names a variable and holds nothing of it. */
function isReference(value: unknown): boolean {
  return typeof value === 'string' && /^(?:[A-Za-z]+ )?\$\{[A-Za-z_]\w*\}$/.test(value);
}

function isFilled(value: unknown): boolean {
  return value !== '' && value !== null && value !== undefined && typeof value !== 'boolean';
}
