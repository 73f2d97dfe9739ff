import { CONFIG_KEYS } from '../config/config-keys.ts';
import { valueAt } from '../config/layer.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { ConfigRow } from '../contract/daemon-wire.ts';

/** Every key of the configuration with the value that holds here, and where it comes from. */
export function configRows({ values, origins }: LoadedConfig): ConfigRow[] {
  return CONFIG_KEYS.filter(({ isGroup }) => !isGroup).map((key) => {
    const name = key.path.join('.');
    // A record has an origin for each of its members.
    const inside = [...origins].filter(([path]) => path.startsWith(`${name}.`)).map(([, origin]) => origin);
    const origin = origins.get(name) ?? ([...new Set(inside)].join(', ') || 'default');
    return {
      key: name,
      value: valueAt(values, key.path) ?? key.defaultValue ?? null,
      origin,
      variable: key.kind === 'record' ? undefined : key.envName,
      text: key.description,
      expected: key.expected,
    };
  });
}
