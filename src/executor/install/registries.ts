import { isIP } from 'node:net';
import { IrisError } from '../../core/errors.ts';
import type { PackageSource, PackageSpec } from './package-spec.ts';

/** The user's own registries, by their addresses. */
export interface Registries {
  readonly npm?: string | undefined;
  readonly pip?: string | undefined;
}

const PUBLIC_HOSTS: Readonly<Record<PackageSource, readonly string[]>> = {
  npm: ['registry.npmjs.org'],
  pip: ['pypi.org', 'files.pythonhosted.org'],
};

const VARIABLES = {
  npm: ['npm_config_registry', 'NPM_CONFIG_REGISTRY'],
  pip: ['PIP_INDEX_URL'],
} as const;

/**
 * The registries that the user's variables name, as npm and pip read them. Throws USAGE_INVALID for an address that is
 * none, or that holds a password: what installs packages is in the sandbox, where everything can be read.
 */
export function registriesOf(env: Readonly<Record<string, string>>): Registries {
  return { npm: registryIn(env, 'npm'), pip: registryIn(env, 'pip') };
}

/** The hosts that a sandbox must reach for these packages, besides what it may reach anyway. */
export function hostsFor(
  packages: readonly PackageSpec[],
  registries: Registries,
  hasNetwork: boolean,
): readonly string[] {
  if (hasNetwork) return [];
  const sources = [...new Set(packages.map(({ source }) => source))];
  return sources.flatMap((source) => hostsOf(source, registries[source])).toSorted();
}

function hostsOf(source: PackageSource, registry: string | undefined): readonly string[] {
  if (registry === undefined) return PUBLIC_HOSTS[source];
  const host = new URL(registry).hostname;
  // An address would open every port of that machine; the wall decides about those.
  return isIP(host.replace(/^\[|\]$/g, '')) === 0 ? [host] : [];
}

function registryIn(env: Readonly<Record<string, string>>, source: PackageSource): string | undefined {
  const name = VARIABLES[source].find((variable) => (env[variable] ?? '') !== '');
  if (name === undefined) return undefined;
  const text = env[name] ?? '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new IrisError('USAGE_INVALID', `${name} is no address of a registry`, {
      hint: `Set it to one such as https://registry.npmjs.org/, or unset it.`,
    });
  if (url.username !== '' || url.password !== '')
    throw new IrisError('USAGE_INVALID', `${name} holds a password, which the sandbox would see`, {
      hint: 'Set it to a registry that asks for none, or bake the packages into a template.',
    });
  return text;
}
