import { toIrisConfig, type IrisConfig } from './iris-config.ts';
import { configSchema } from './schema.ts';

/** The configuration of somebody who set nothing. */
export function defaultConfig(): IrisConfig {
  return toIrisConfig(configSchema.parse({}));
}
