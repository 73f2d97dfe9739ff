import { IrisError } from '../core/errors.ts';
import { suggest } from '../core/suggest.ts';
import { checkLayer } from './check-layer.ts';
import { CONFIG_KEYS, type ConfigKey, type KeyPath } from './config-keys.ts';
import type { Layer } from './layer.ts';
import type { Problem } from './problem.ts';
import { checkProjectRules } from './project-rules.ts';
import { findSecrets, holdsSecret } from './secrets.ts';

/** A key of the configuration as somebody typed it: `timeout`, `limits.memory`, or `env.LOG_LEVEL`. */
export interface TypedKey {
  readonly name: string;
  readonly path: KeyPath;
  readonly key: ConfigKey;
}

/** A value that was typed, as it belongs into a file. */
export interface TypedValue {
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

/** Finds the key that a name means. Throws IRIS_NOT_FOUND with the nearest one, or SECRET_FOUND for one of a secret. */
export function findKey(name: string): TypedKey {
  const path = name.split('.');
  const key = CONFIG_KEYS.find(
    (one) =>
      !one.isGroup &&
      one.path.every((word, index) => path[index] === word) &&
      (one.kind === 'record' || one.path.length === path.length),
  );
  if (key === undefined) throw findSecrets({ [name]: 'x' }).length > 0 ? secretRefused() : unknownKey(name);
  // The names in a record may have dots in them.
  const member = path.slice(key.path.length).join('.');
  return { name, path: member === '' ? key.path : [...key.path, member], key };
}

/**
 * Reads what was typed for a key, and checks it as if a file said it. A list is `a,b` or JSON, a group is JSON.
 * Throws SECRET_FOUND.
 */
export function readTyped(typed: TypedKey, text: string): TypedValue {
  if (holdsSecret(text)) throw secretRefused();
  const [first, ...others] = candidates(typed, text);
  const preferred = { value: first, problems: problemsOf(typed, first) };
  const fit = [first, ...others].find((value) => problemsOf(typed, value).length === 0);
  const read = fit === undefined ? preferred : { value: fit, problems: [] };
  if (findSecrets(nested(typed.path, read.value)).length > 0) throw secretRefused();
  return read;
}

/** What a project's file may not say, of one value. */
export function projectProblems(
  typed: TypedKey,
  value: unknown,
  user: Layer | undefined,
): readonly Problem[] {
  return checkProjectRules(layerOf(typed, value), user);
}

/** The error for a name that is none, with the nearest one. */
export function unknownKey(name: string): IrisError {
  const names = CONFIG_KEYS.filter(({ isGroup }) => !isGroup).map(({ path }) => path.join('.'));
  const below = names.filter((one) => one.startsWith(`${name}.`));
  const near = suggest(name, names);
  const hint = below.length > 0 ? `Take one of: ${below.join(', ')}` : near && `Did you mean ${near}?`;
  return new IrisError('IRIS_NOT_FOUND', `There is no key ${name} in the configuration`, {
    hint: hint ?? 'List them with: iris config list',
  });
}

/** The readings of a text, the one that files prefer first: 512 before "512". */
function candidates({ key, path }: TypedKey, text: string): readonly [unknown, ...unknown[]] {
  const isMember = path.length > key.path.length;
  const json = /^\s*(?:[[{"]|-?\d|true$|false$)/.test(text) ? parseJson(text) : undefined;
  if (key.kind === 'list' && !isMember && !Array.isArray(json)) {
    const parts = text.split(',').map((part) => part.trim());
    return [parts.filter((part) => part !== '')];
  }
  const isExact = typeof json !== 'number' || String(json) === text.trim();
  return json === undefined || !isExact ? [text] : [json, text];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problemsOf(typed: TypedKey, value: unknown): readonly Problem[] {
  return checkLayer(layerOf(typed, value));
}

function layerOf({ name, path }: TypedKey, value: unknown): Layer {
  const nameOf = (): string => name;
  return { values: nested(path, value), originOf: nameOf, subjectOf: nameOf, placeOf: nameOf };
}

function nested([word = '', ...rest]: KeyPath, value: unknown): Layer['values'] {
  return { [word]: rest.length === 0 ? value : nested(rest, value) };
}

/** It says nothing of the value. */
function secretRefused(): IrisError {
  return new IrisError(
    'SECRET_FOUND',
    'This is a secret, or looks like one: it belongs neither in a file nor on a command line',
    {
      hint: 'Keep it with iris auth login (E2B, --database, --supabase), or set a variable where iris is started.',
    },
  );
}
