import {
  CONFIG_KEYS,
  envNameOf,
  flagNameOf,
  knownKeyOn,
  type ConfigKey,
  type KeyPath,
} from './config-keys.ts';
import { isGroup, type Layer, type RawValues } from './layer.ts';

export type ConfigEnv = Readonly<Record<string, string | undefined>>;

/** Values by key path (`timeout`, `limits.memory`), as words of a command line. */
export type ConfigFlags = Readonly<Record<string, string | readonly string[] | RawValues | undefined>>;

/** What the environment says: IRIS_TIMEOUT and so on; a list is separated by commas, an empty variable is unset. */
export function envLayer(env: ConfigEnv): Layer {
  const values = {};
  for (const key of CONFIG_KEYS) {
    const text = env[key.envName];
    if (key.kind === 'record' || text === undefined || text.trim() === '') continue;
    setIn(values, key.path, toValue(key, text));
  }
  return namedLayer(values, envNameOf);
}

/** What the flags say. */
export function flagLayer(flags: ConfigFlags): Layer {
  const values = {};
  const keys = new Map(CONFIG_KEYS.map((key) => [key.path.join('.'), key]));
  for (const [name, given] of Object.entries(flags)) {
    if (given === undefined) continue;
    const key = keys.get(name);
    setIn(
      values,
      name.split('.'),
      key !== undefined && typeof given === 'string' ? toValue(key, given) : given,
    );
  }
  return namedLayer(values, flagNameOf);
}

function namedLayer(values: RawValues, nameOf: (path: KeyPath) => string): Layer {
  const nameOfKey = (path: KeyPath): string => nameOf(knownKeyOn(path)?.path ?? path);
  return { values, originOf: nameOfKey, subjectOf: nameOfKey, placeOf: nameOfKey };
}

function toValue(key: ConfigKey, text: string): unknown {
  if (key.kind === 'number' && /^\s*\d+\s*$/.test(text)) return Number(text);
  if (key.kind !== 'list') return text.trim();
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function setIn(target: Record<string, unknown>, path: KeyPath, value: unknown): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  const group = isGroup(target[name]) ? { ...target[name] } : {};
  setIn(group, rest, value);
  target[name] = group;
}
