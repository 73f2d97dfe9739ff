import { resolve } from 'node:path';
import { checkLayer } from './check-layer.ts';
import type { ConfigCache } from './config-cache.ts';
import type { EvaluateCodeConfig } from './file-layer.ts';
import { toIrisConfig, type IrisConfig } from './iris-config.ts';
import type { RawValues } from './layer.ts';
import { loadFiles, type LoadedFiles } from './load-files.ts';
import { mergeLayers } from './merge-layers.ts';
import { userConfigDir } from './places.ts';
import { serverWords, type ServerWords } from './server-words.ts';
import { refuseProblems } from './problem.ts';
import { configSchema } from './schema.ts';
import { survey } from './survey.ts';
import { toolRulesOf, type ToolRules } from './tool-rules.ts';
import { envLayer, flagLayer, type ConfigEnv, type ConfigFlags } from './word-layer.ts';

export interface LoadRequest {
  readonly cwd: string;
  readonly env: ConfigEnv;
  readonly homeDir: string;
  readonly flags?: ConfigFlags | undefined;
  /** Where a long-lived process keeps what files said. */
  readonly cache?: ConfigCache | undefined;
  /** Without it, an iris.config.js or .ts is refused. */
  readonly evaluateCodeConfig?: EvaluateCodeConfig | undefined;
}

export interface LoadedConfig {
  readonly config: IrisConfig;
  /** Everything that was said, as it was written; what has its default is not there. */
  readonly values: RawValues;
  /** Rules on tools, of the user and of the project; they hold side by side. */
  readonly toolRules: readonly ToolRules[];
  /** Where each value comes from, by dotted path: `--timeout`, `IRIS_TIMEOUT`, `/x/.irisrc:3` or `default`. */
  readonly origins: ReadonlyMap<string, string>;
  /** The files that were read, the strongest first. */
  readonly files: readonly string[];
  /** The directory of the project's file, or else the nearest one with a package.json or .git, or else `cwd`. */
  readonly projectDir: string;
  /** What is said of other MCP servers. */
  readonly servers: ServerWords;
}

/** Loads the configuration for `cwd`: flags before environment before project before user before defaults. */
export async function loadConfig(request: LoadRequest): Promise<LoadedConfig> {
  const flags = flagLayer(request.flags ?? {});
  refuseProblems('USAGE_INVALID', checkLayer(flags));
  const env = envLayer(request.env);
  const { project, user, problems, files, projectDir } = await filesFor(request);
  refuseProblems('CONFIG_INVALID', [...checkLayer(env), ...problems]);
  const own = [flags, env, ...given(user)];
  const { values, origins } = mergeLayers([flags, env, ...given(project), ...given(user)]);
  return {
    config: toIrisConfig(configSchema.parse(values)),
    values,
    toolRules: [...given(toolRulesOf('user', own)), ...given(toolRulesOf('project', given(project)))],
    origins,
    files,
    projectDir,
    servers: serverWords({ flags, env, project, user }),
  };
}

async function filesFor(request: LoadRequest): Promise<LoadedFiles> {
  const { cache, evaluateCodeConfig } = request;
  const cwd = resolve(request.cwd);
  const userDir = userConfigDir(request.env, request.homeDir);
  const surveyed = survey({ cwd, homeDir: request.homeDir, userDir });
  const key = JSON.stringify([cwd, request.homeDir, userDir, evaluateCodeConfig !== undefined]);
  const known = cache?.get(key, surveyed);
  if (known !== undefined) return known;
  const loaded = await loadFiles({ cwd, userDir, evaluateCodeConfig }, surveyed);
  cache?.set(key, surveyed, loaded);
  return loaded;
}

function given<Value>(value: Value | undefined): Value[] {
  return value === undefined ? [] : [value];
}
