import { CONFIG_KEYS } from '../config/config-keys.ts';
import { valueAt } from '../config/layer.ts';
import type { KeyEntry } from '../config/key-file.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { ConfigRow } from '../contract/daemon-wire.ts';

/**
 * Every key of the configuration with the value that holds here, and where it comes from; `keptIn` is where a kept key of
 * E2B lies, by which the provider auto chooses.
 */
export function configRows(
  { config, values, origins }: LoadedConfig,
  keptIn: KeyEntry['keptIn'] | undefined,
): ConfigRow[] {
  return CONFIG_KEYS.filter(({ isGroup }) => !isGroup).map((key) => {
    const name = key.path.join('.');
    // A record has an origin for each of its members.
    const inside = [...origins].filter(([path]) => path.startsWith(`${name}.`)).map(([, origin]) => origin);
    const origin = origins.get(name) ?? ([...new Set(inside)].join(', ') || 'default');
    const choosing = name === 'provider' && config.provider === 'auto' && keptIn !== undefined;
    return {
      key: name,
      value: valueAt(values, key.path) ?? key.defaultValue ?? null,
      origin: choosing ? `${origin}; E2B_API_KEY from the ${keptIn} means e2b` : origin,
      variable: key.kind === 'record' ? undefined : key.envName,
      text: key.description,
      expected: key.expected,
    };
  });
}
