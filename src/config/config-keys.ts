import { z } from 'zod';
import { configSchema } from './schema.ts';

export type KeyPath = readonly string[];

/** One key of the configuration, as documents and other sources of values need to know it. */
export interface ConfigKey {
  readonly path: KeyPath;
  readonly envName: string;
  /** Nothing of its own, but a group of keys. */
  readonly isGroup: boolean;
  readonly kind: 'text' | 'number' | 'list' | 'record';
  readonly description: string;
  /** What is allowed, with an example. */
  readonly expected: string;
  /** As it is written in a file; undefined where a key may stay unset. */
  readonly defaultValue: unknown;
}

/** Every key of the schema in its order, groups before their members. */
export const CONFIG_KEYS: readonly ConfigKey[] = keysOf(configSchema, []);

/** The key that `path` names or leads through: `include.0` belongs to `include`. */
export function knownKeyOn(path: KeyPath): ConfigKey | undefined {
  return CONFIG_KEYS.findLast((key) => key.path.every((word, index) => path[index] === word));
}

/** The variable that sets a key: `limits.memory` is IRIS_LIMITS_MEMORY. */
export function envNameOf(path: KeyPath): string {
  return `IRIS_${path.map((word) => separated(word, '_')).join('_')}`.toUpperCase();
}

/** Flags that are called otherwise than their key. */
const FLAG_NAMES: Readonly<Record<string, string>> = {
  grantSecrets: '--secret',
  volumes: '--volume',
  'cost.maxPerRun': '--max-cost',
};

/** The flag that sets a key: `sandboxTimeout` is --sandbox-timeout. */
export function flagNameOf(path: KeyPath): string {
  const own = FLAG_NAMES[path.join('.')];
  if (own !== undefined) return own;
  return `--${path.map((word) => separated(word, '-')).join('-')}`.toLowerCase();
}

function keysOf(group: z.ZodObject, parent: KeyPath): ConfigKey[] {
  return Object.entries(group.shape).flatMap(([name, schema]) => {
    const path = [...parent, name];
    const inner = unwrapped(schema);
    const key = {
      path,
      envName: envNameOf(path),
      ...textsOf(schema),
      defaultValue: defaultOf(schema),
      kind: kindOf(inner),
    };
    if (!(inner instanceof z.ZodObject)) return [{ ...key, isGroup: false }];
    return [{ ...key, isGroup: true }, ...keysOf(inner, path)];
  });
}

function textsOf(schema: unknown): { description: string; expected: string } {
  const meta = schema instanceof z.ZodType ? schema.meta() : undefined;
  const expected = meta?.['expected'];
  return { description: meta?.description ?? '', expected: typeof expected === 'string' ? expected : '' };
}

function unwrapped(schema: unknown): unknown {
  const isWrapper =
    schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return isWrapper ? unwrapped(schema.unwrap()) : schema;
}

function defaultOf(schema: unknown): unknown {
  const hasDefault = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return hasDefault ? schema.def.defaultValue : undefined;
}

function kindOf(schema: unknown): ConfigKey['kind'] {
  if (schema instanceof z.ZodNumber) return 'number';
  if (schema instanceof z.ZodArray) return 'list';
  if (schema instanceof z.ZodRecord || schema instanceof z.ZodObject) return 'record';
  return 'text';
}

function separated(word: string, separator: string): string {
  return word.replace(/(?<=[a-z0-9])(?=[A-Z])/g, separator);
}
