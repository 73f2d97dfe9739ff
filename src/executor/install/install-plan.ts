import { createHash } from 'node:crypto';
import type { PackageSource, PackageSpec } from './package-spec.ts';
import type { Registries } from './registries.ts';

/** Packages of one source that a sandbox is to have, in a folder that is named by them: other versions lie elsewhere. */
export interface InstallPlan {
  readonly source: PackageSource;
  /** The packages with their versions. */
  readonly specs: readonly string[];
  /** Absolute path in the sandbox. */
  readonly dir: string;
  /** A file that is there when all of them are. */
  readonly doneFile: string;
  readonly command: { readonly cmd: string; readonly args: readonly string[] };
  readonly envs: Readonly<Record<string, string>>;
}

const NPM = 'npm install --no-audit --no-fund --no-package-lock --no-update-notifier --loglevel=error';
const PIP = 'python3 -m pip install --quiet --disable-pip-version-check --no-input';
/** Says that a program is missing as `explainInstall` reads it. */
const INSTALL: Readonly<Record<PackageSource, string>> = {
  npm: `command -v npm >/dev/null || { echo 'iris: there is no npm' >&2; exit 1; }\n${NPM} --prefix "$d" -- "$@"`,
  pip: `python3 -m pip --version >/dev/null || { echo 'iris: there is no pip' >&2; exit 1; }\n${PIP} --target "$d" -- "$@"`,
};

/** What to run in a sandbox so that it has these packages, for each source of them. */
export function planInstalls(
  packages: readonly PackageSpec[],
  { registries, homeDir }: { readonly registries: Registries; readonly homeDir: string },
): readonly InstallPlan[] {
  const sources = [...new Set(packages.map(({ source }) => source))];
  return sources.map((source) => {
    const own = packages.filter((wanted) => wanted.source === source);
    const specs = [...new Set(own.map(({ spec }) => spec))].toSorted();
    const digest = createHash('sha256')
      .update(JSON.stringify([source, ...specs]))
      .digest('hex');
    const dir = `${homeDir}/.iris/packages/${digest.slice(0, 16)}`;
    const doneFile = `${dir}/.iris-installed`;
    const script = `set -e; d=$1; shift\n[ ! -e "$d/.iris-installed" ] || exit 0\nmkdir -p "$d"\n${INSTALL[source]}\n: > "$d/.iris-installed"`;
    return {
      source,
      specs,
      dir,
      doneFile,
      command: { cmd: '/bin/sh', args: ['-c', script, 'iris', dir, ...specs] },
      envs: envsOf(source, registries),
    };
  });
}

/** Where programs find what was installed. */
export function installedEnvs(plans: readonly InstallPlan[]): Readonly<Record<string, string>> {
  const npm = plans.find(({ source }) => source === 'npm');
  return npm === undefined ? {} : { NODE_PATH: `${npm.dir}/node_modules` };
}

function envsOf(source: PackageSource, registries: Registries): Readonly<Record<string, string>> {
  const registry = registries[source];
  const name = source === 'npm' ? 'npm_config_registry' : 'PIP_INDEX_URL';
  // A registry at an address of its own goes the same way as all others.
  return { NO_PROXY: '', no_proxy: '', ...(registry === undefined ? {} : { [name]: registry }) };
}
