import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { LoadedConfig } from '../config/load.ts';
import type { ConfigFlags } from '../config/word-layer.ts';
import type { RunParams } from '../contract/daemon-wire.ts';
import { errnoOf, IrisError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { pinToLocal } from '../executor/install/local-version.ts';
import { parsePackages } from '../executor/install/package-spec.ts';
import { registriesOf } from '../executor/install/registries.ts';
import { interpreterOf } from '../executor/interpreter.ts';
import type { RunRequest } from '../executor/run-request.ts';
import type { RunSecrets } from './open-secrets.ts';

/** The flags that are configuration too, under their config keys. */
export function configFlags(flags: RunParams['flags']): ConfigFlags {
  const { timeout, sandbox, isolation, requireIsolation, network, provider, template, cwd } = flags;
  const { mcp, secret, volume, maxCost } = flags;
  return {
    timeout,
    sandbox,
    isolation,
    requireIsolation,
    network,
    provider,
    template,
    cwd,
    mcp: mcp?.flatMap(wordsOf),
    grantSecrets: secret?.flatMap(wordsOf),
    volumes: volume,
    'cost.maxPerRun': maxCost,
  };
}

function wordsOf(list: string): string[] {
  return list.split(',');
}

/** Settles every choice of a run. Throws FILE_NOT_FOUND or USAGE_INVALID for an env file that cannot be read. */
export async function toRunRequest(
  params: RunParams,
  loaded: LoadedConfig,
  { servers, secrets }: { readonly servers: readonly string[]; readonly secrets: RunSecrets },
): Promise<RunRequest> {
  const { config, projectDir } = loaded;
  const { flags } = params;
  const scriptFile = resolve(params.cwd, params.script);
  const isOwn = flags.new === true && flags.sandbox === undefined;
  return {
    runId: newId('run'),
    scriptFile,
    args: params.args,
    localDir: params.cwd,
    project: projectDir,
    sandboxName: isOwn ? undefined : config.sandbox,
    removeAfter: toRemoval(flags, isOwn),
    envs: {
      ...secrets.defaults,
      ...config.env,
      ...(await readEnvFiles(flags.envFile ?? [], params.cwd)),
      ...Object.fromEntries((flags.env ?? []).map(splitPair)),
      ...secrets.envs,
    },
    includes: [...config.include, ...(flags.include ?? [])],
    allowedSecretFiles: flags.allowSecretFile ?? [],
    servers,
    sandboxCwd: config.cwd,
    hasNetwork: config.network === 'on',
    template: config.template,
    volumes: config.volumes,
    ...(await toPackages(params, scriptFile)),
    injected: secrets.injected,
    timeoutMs: config.timeoutMs,
    sandboxTimeoutMs: config.sandboxTimeoutMs,
    sandboxOnTimeout: config.sandboxOnTimeout,
  };
}

async function toPackages(
  { flags: { install = [] }, env }: RunParams,
  scriptFile: string,
): Promise<Pick<RunRequest, 'packages' | 'registries'>> {
  if (install.length === 0) return {};
  const language = (await interpreterOf(scriptFile))?.language ?? 'node';
  const packages = await pinToLocal(parsePackages(install, language), dirname(scriptFile));
  return { packages, registries: registriesOf(env) };
}

/** Throws USAGE_INVALID for a word of --keep that there is none of. */
function toRemoval({ rm = false, keep }: RunParams['flags'], isOwn: boolean): RunRequest['removeAfter'] {
  switch (keep) {
    case undefined:
      return rm ? 'always' : 'never';
    case 'never':
      return 'always';
    case 'always':
      return 'never';
    case 'on-fail':
      // One that other runs share lives on in any case.
      return rm || isOwn ? 'succeeded' : 'never';
    default:
      throw new IrisError('USAGE_INVALID', `--keep ${keep}: there is no such choice`, {
        hint: 'Take one of: on-fail, always, never',
      });
  }
}

async function readEnvFiles(files: readonly string[], cwd: string): Promise<Record<string, string>> {
  const parsed = await Promise.all(files.map((file) => readEnvFile(resolve(cwd, file), file)));
  const merged: Record<string, string> = {};
  for (const variables of parsed) Object.assign(merged, variables);
  return merged;
}

async function readEnvFile(file: string, typed: string): Promise<Record<string, string | undefined>> {
  try {
    return parseEnv(await readFile(file, 'utf8'));
  } catch (cause) {
    const isMissing = errnoOf(cause) === 'ENOENT';
    throw new IrisError(
      isMissing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE',
      `Cannot read the env file ${typed}`,
      {
        hint: isMissing
          ? `There is no ${file}`
          : `Reading ${file} failed with ${errnoOf(cause) ?? 'an error'}`,
        cause,
      },
    );
  }
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}
