import { join, resolve } from 'node:path';
import { readFileLayer } from './file-layer.ts';
import { findConfigFile, type FoundFile } from './find-config-file.ts';
import { isGroup, type Layer } from './layer.ts';
import { isCodeConfig, PROJECT_PLACES, USER_PLACES, userConfigDir } from './places.ts';
import { survey } from './survey.ts';
import type { ConfigEnv } from './word-layer.ts';

/** The file that one scope's values are written to. */
export interface ConfigTarget {
  readonly file: string;
  /** Empty for a file that is not there yet. */
  readonly text: string;
  readonly isThere: boolean;
  readonly form: 'json' | 'yaml' | 'code';
  /** The path of the part that counts: `iris` in a package.json. */
  readonly within: readonly string[];
  /** Why it cannot be read, where it cannot. */
  readonly refusal: string | undefined;
}

export interface ConfigTargets {
  readonly project: ConfigTarget;
  readonly user: ConfigTarget;
  /** What the files say now; undefined for one that is not there, not readable, or a program. */
  readonly layers: { readonly project: Layer | undefined; readonly user: Layer | undefined };
}

/** Finds the files that `loadConfig` would read, and where new ones belong. */
export async function configTargets(place: {
  readonly cwd: string;
  readonly env: ConfigEnv;
  readonly homeDir: string;
}): Promise<ConfigTargets> {
  const cwd = resolve(place.cwd);
  const userDir = userConfigDir(place.env, place.homeDir);
  const { dirs, rootDir } = survey({ cwd, homeDir: place.homeDir, userDir });
  const project = await findConfigFile(dirs, PROJECT_PLACES);
  const user = await findConfigFile([userDir], USER_PLACES);
  return {
    project: toTarget(project, join(rootDir ?? cwd, '.irisrc.json')),
    user: toTarget(user, join(userDir, 'config.yaml')),
    layers: { project: await layerOf(project, cwd), user: await layerOf(user, cwd) },
  };
}

function toTarget(found: FoundFile | undefined, newFile: string): ConfigTarget {
  const file = found?.file ?? newFile;
  const text = found?.text ?? '';
  return {
    file,
    text,
    isThere: found !== undefined,
    form: formOf(file, text),
    within: file.endsWith('package.json') ? ['iris'] : [],
    refusal: found?.refusal,
  };
}

/** A file without an ending is YAML, or JSON, which is YAML too, but looks otherwise. */
function formOf(file: string, text: string): ConfigTarget['form'] {
  if (isCodeConfig(file)) return 'code';
  return file.endsWith('.json') || isJsonGroup(text) ? 'json' : 'yaml';
}

function isJsonGroup(text: string): boolean {
  try {
    return isGroup(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    return false;
  }
}

async function layerOf(found: FoundFile | undefined, cwd: string): Promise<Layer | undefined> {
  if (found === undefined || isCodeConfig(found.file)) return undefined;
  return (await readFileLayer(found, { cwd })).layer;
}
