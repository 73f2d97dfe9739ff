import { isJsonObject, type Json } from '../json/json.ts';

const REDACTED = '[REDACTED]';

/** Words that make a key secret wherever they stand in its last segment. */
const SECRET_WORDS = new Set([
  'authorization',
  'password',
  'passwd',
  'passphrase',
  'secret',
  'secrets',
  'cookie',
  'cookies',
  'credential',
  'credentials',
  'apikey',
]);
/** Pairs that do so next to each other. */
const SECRET_PAIRS = new Set([
  'api key',
  'access key',
  'private key',
  'secret key',
  'signing key',
  'auth key',
]);
/** These only at the end: gen_ai.token.type and token_count are no secrets. */
const SECRET_ENDS = new Set(['token', 'jwt', 'pwd']);

const SECRET_VALUES: readonly RegExp[] = [
  /\bsk-[A-Za-z0-9_-]{16,}/g,
  /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/g,
  /\bglpat-[A-Za-z0-9_-]{20,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\bsb_secret_[A-Za-z0-9_-]{16,}/g,
  /\be2b_[a-f0-9]{32,}/g,
  /\biat_[A-Za-z0-9_-]{32,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
];
/** Here the scheme stays, and what follows it goes. */
const AFTER_SCHEME = /\b(Bearer|Basic) +[A-Za-z0-9._~+/=-]{8,}/gi;
const IN_URL = /\b([a-z][a-z0-9+.-]{1,30}:\/\/[^\s:/@]{0,200}):[^\s/@]{1,500}@/gi;
/** Postgres keeps neither of them in jsonb. */
const UNSTORABLE = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Takes secrets out of JSON, by the names of keys and by the look of values, and what a database cannot keep. */
export function redact<Value extends Json>(value: Value): Value;
export function redact(value: Json): Json {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map((item) => redact(item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      storable(key),
      isSecretKey(key) && mayBeSecret(item) ? REDACTED : redact(item),
    ]),
  );
}

/** Takes what looks like a secret out of a text. */
export function redactText(text: string): string {
  const plain = SECRET_VALUES.reduce((rest, pattern) => rest.replace(pattern, REDACTED), storable(text));
  return plain.replace(AFTER_SCHEME, `$1 ${REDACTED}`).replace(IN_URL, `$1:${REDACTED}@`);
}

/** Tells whether a key says that its value is a secret. */
export function isSecretKey(key: string): boolean {
  const words = wordsOf(key.split('.').at(-1) ?? '');
  return (
    words.some((word, index) => SECRET_WORDS.has(word) || SECRET_PAIRS.has(`${words[index - 1]} ${word}`)) ||
    SECRET_ENDS.has(words.at(-1) ?? '')
  );
}

function wordsOf(segment: string): readonly string[] {
  return segment
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** Flags such as "has a password" say nothing. */
function mayBeSecret(value: Json): boolean {
  return value !== null && value !== '' && typeof value !== 'boolean';
}

function storable(text: string): string {
  return text.replace(UNSTORABLE, '\uFFFD');
}
