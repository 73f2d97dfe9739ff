import type { z } from 'zod';
import { suggest } from '../core/suggest.ts';
import { CONFIG_KEYS, knownKeyOn, type KeyPath } from './config-keys.ts';
import { describeValue, quote } from './describe-value.ts';
import { valueAt, type Layer } from './layer.ts';
import type { Problem } from './problem.ts';
import { configSchema } from './schema.ts';

/** Checks one source against the schema; `known` are paths that are already reported. */
export function checkLayer(layer: Layer, known: readonly KeyPath[] = []): Problem[] {
  const result = configSchema.safeParse(layer.values);
  if (result.success) return [];
  const reported = new Set(known.map((path) => path.join('.')));
  return result.error.issues.flatMap((issue) => problemsOf(issue, layer, reported));
}

function problemsOf(issue: z.core.$ZodIssue, layer: Layer, reported: ReadonlySet<string>): Problem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys' && path[0] !== 'secrets') {
    return issue.keys
      .map((key) => [...path, key])
      .filter((unknown) => !reported.has(unknown.join('.')))
      .map((unknown) => unknownKey(unknown, layer));
  }
  if (reported.has(path.join('.'))) return [];
  return issue.code === 'invalid_key' ? [badName(path, layer)] : [badValue(path, layer)];
}

function unknownKey(path: KeyPath, layer: Layer): Problem {
  const name = path.at(-1) ?? '';
  const near = suggest(name, siblingsOf(path));
  const hint =
    near === undefined ? `Known keys here: ${siblingsOf(path).join(', ')}` : `Did you mean ${quote(near)}?`;
  return { message: `${layer.placeOf(path)}: Unknown key ${quote(name)}`, hint };
}

function siblingsOf(path: KeyPath): string[] {
  const parent = path.slice(0, -1).join('.');
  return CONFIG_KEYS.filter((key) => key.path.slice(0, -1).join('.') === parent).map(
    (key) => key.path.at(-1) ?? '',
  );
}

function badName(path: KeyPath, layer: Layer): Problem {
  return {
    message: `${layer.placeOf(path)}: ${quote(path.at(-1) ?? '')} cannot be the name of a variable`,
    hint: 'Names have letters, digits and underscores, and do not begin with a digit.',
  };
}

function badValue(path: KeyPath, layer: Layer): Problem {
  const found =
    path[0] === 'env' || path[0] === 'secrets'
      ? describeKind(valueAt(layer.values, path))
      : describeValue(valueAt(layer.values, path));
  return {
    message: `${layer.subjectOf(path)} is ${found}, expected ${knownKeyOn(path)?.expected ?? 'keys and values'}`,
  };
}

/** Variables may hold anything, so their values are not shown. */
function describeKind(value: unknown): string {
  if (typeof value === 'string') return 'a text';
  return typeof value === 'number' || typeof value === 'boolean' ? `a ${typeof value}` : describeValue(value);
}
