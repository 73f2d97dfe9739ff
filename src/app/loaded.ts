import type { LoadedConfig } from '../config/load.ts';
import type { KeyedEnv } from './keys/key-ring.ts';

/** A caller's configuration, and the variables that lead to sandboxes and data, with the keys that are kept. */
export type Loaded = LoadedConfig & KeyedEnv;
