import { createHash } from 'node:crypto';
import { VALUE_MARK, type SecretUse } from '../config/secrets-schema.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import { IrisError } from '../core/errors.ts';
import type { InjectedHeaders } from '../sandbox/sandbox.ts';

/** A secret that goes out in a header. */
export type HeaderSecret = { readonly name: string } & Extract<SecretUse, { as: 'header' }>;

/** What E2B takes for one sandbox. */
const MAX_HOSTS = 10;
const MAX_VALUE_CHARS = 8192;
/** Printable, as a header must be: nothing that would end it. */
const HEADER_TEXT = /^[\x20-\x7e]+$/;

/**
 * What is to be added for each host. Throws USAGE_INVALID for a value that no header can hold, for too many hosts and
 * for two secrets in one place.
 */
export function compileHeaders(
  secrets: readonly HeaderSecret[],
  values: Readonly<Record<string, string>>,
): InjectedHeaders {
  const hosts = [...new Set(secrets.flatMap((secret) => secret.hosts))].toSorted();
  if (hosts.length > MAX_HOSTS) {
    throw new IrisError(
      'USAGE_INVALID',
      `These secrets are for ${hosts.length} hosts, and E2B takes ${MAX_HOSTS}`,
      {
        hint: 'Grant fewer of them to one run, or name hosts together: "*.example.com".',
      },
    );
  }
  const byHost = Object.fromEntries(hosts.map((host) => [host, headersFor(host, secrets, values)]));
  const names = secrets.map(({ name }) => name).toSorted();
  return {
    identity: `${names.join(',')} ${digestOf(secrets.toSorted((a, b) => (a.name < b.name ? -1 : 1))).slice(0, 12)}`,
    version: digestOf(byHost),
    byHost,
    values: secrets.map(({ name }) => values[name] ?? ''),
  };
}

/** Of two rules for a host only the narrower one counts, so it holds what the wider one says, too. */
function headersFor(
  host: string,
  secrets: readonly HeaderSecret[],
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const headers = new Map<string, { readonly header: string; readonly text: string; readonly by: string }>();
  for (const { name, hosts, header, format } of secrets) {
    if (!hosts.some((pattern) => covers(pattern, host))) continue;
    const key = header.toLowerCase();
    const before = headers.get(key);
    if (before !== undefined) throw inOnePlace(host, header, [before.by, name]);
    headers.set(key, {
      header,
      text: format.replace(VALUE_MARK, () => checkValue(name, values[name] ?? '')),
      by: name,
    });
  }
  return Object.fromEntries([...headers.values()].map(({ header, text }) => [header, text]));
}

function covers(pattern: string, host: string): boolean {
  return pattern === host || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)));
}

function checkValue(name: string, value: string): string {
  if (HEADER_TEXT.test(value) && value.length <= MAX_VALUE_CHARS && value === value.trim()) return value;
  throw new IrisError('USAGE_INVALID', `The value of ${name} cannot stand in a header`, {
    hint: 'It may have up to 8192 printable ASCII characters, with no line break and no space at its ends.',
  });
}

function inOnePlace(host: string, header: string, names: readonly string[]): IrisError {
  return new IrisError('USAGE_INVALID', `${names.join(' and ')} both set ${header} at ${host}`, {
    hint: 'Grant one of them to a run, or give one another header.',
  });
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
