import { CONFIG_KEYS, type KeyPath } from './config-keys.ts';
import { isGroup, type Layer, type RawValues } from './layer.ts';

export interface Merged {
  readonly values: RawValues;
  /** Where the value of each key comes from, by dotted path. */
  readonly origins: ReadonlyMap<string, string>;
}

/** Joins layers, the strongest first: groups key by key, everything else as a whole. */
export function mergeLayers(layers: readonly Layer[]): Merged {
  const origins = new Map<string, string>();
  for (const key of CONFIG_KEYS) if (!key.isGroup) origins.set(key.path.join('.'), 'default');
  let values: RawValues = {};
  for (const layer of layers.toReversed())
    values = joined(values, layer.values, { layer, path: [], origins });
  return { values, origins };
}

function joined(
  weak: RawValues,
  strong: RawValues,
  from: { layer: Layer; path: KeyPath; origins: Map<string, string> },
): RawValues {
  const entries = Object.entries(strong).map(([name, value]) => {
    const path = [...from.path, name];
    if (!isGroup(value)) {
      from.origins.set(path.join('.'), from.layer.originOf(path));
      return [name, value] as const;
    }
    from.origins.delete(path.join('.'));
    const below = weak[name];
    return [name, joined(isGroup(below) ? below : {}, value, { ...from, path })] as const;
  });
  return { ...weak, ...Object.fromEntries(entries) };
}
