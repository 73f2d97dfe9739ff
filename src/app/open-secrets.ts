import type { LoadedConfig } from '../config/load.ts';
import type { SecretUse } from '../config/secrets-schema.ts';
import type { RunFlags } from '../contract/daemon-wire.ts';
import type { RunEvent } from '../contract/run-event.ts';
import { IrisError } from '../core/errors.ts';
import { suggest } from '../core/suggest.ts';
import type { RunIo, RunRequest } from '../executor/run-request.ts';
import type { BackendKind } from './backends.ts';
import { compileHeaders, type HeaderSecret } from './compile-headers.ts';

/** The secrets of one run. */
export interface RunSecrets {
  readonly injected: RunRequest['injected'];
  /** The names of those that the script does not see. */
  readonly injectedNames: readonly string[];
  /** What the script finds under their names, which nothing else may replace. */
  readonly envs: Readonly<Record<string, string>>;
  /** What the script needs besides, where nobody says otherwise. */
  readonly defaults: Readonly<Record<string, string>>;
  /** What no message may show. */
  readonly values: readonly string[];
  readonly events: readonly RunEvent[];
}

export interface SecretsOptions {
  readonly flags: RunFlags;
  readonly config: LoadedConfig['config'];
  readonly kind: BackendKind;
  readonly readEnv: RunIo['readEnv'];
}

const NO_SECRETS: RunSecrets = {
  injected: undefined,
  injectedNames: [],
  envs: {},
  defaults: {},
  values: [],
  events: [],
};
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Programs look for a variable before they send anything; what they send is replaced. */
const PLACEHOLDER = 'injected-by-iris';
/** Where E2B puts the certificate of the proxy that adds headers. Node looks into this file only when told. */
const CLOUD_CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Settles which secrets a run may use and how, and asks for their values where the run was started.
 * Throws USAGE_INVALID for what cannot be, AUTH_MISSING for a variable that is not set.
 */
export async function openSecrets(options: SecretsOptions): Promise<RunSecrets> {
  const { plain, hidden } = chooseSecrets(options);
  const names = [...plain, ...hidden.map(({ name }) => name)];
  if (names.length === 0) return NO_SECRETS;
  if (hidden.length > 0 && options.kind === 'embedded') throw cannotInject(hidden);
  for (const { name } of hidden) refuseTwice(name, options.flags);
  const values = await readValues(names, options.readEnv);
  const plainEnvs = Object.fromEntries(plain.map((name) => [name, values[name] ?? '']));
  const secrets = { ...NO_SECRETS, envs: plainEnvs, values: Object.values(values) };
  const events = plain.length === 0 ? [] : [passedOn(plain)];
  if (hidden.length === 0) return { ...secrets, events };
  return {
    ...secrets,
    events,
    injected: compileHeaders(hidden, values),
    injectedNames: hidden.map(({ name }) => name),
    envs: { ...plainEnvs, ...Object.fromEntries(hidden.map(({ name }) => [name, PLACEHOLDER])) },
    defaults: { NODE_EXTRA_CA_CERTS: CLOUD_CERTIFICATES },
  };
}

interface Chosen {
  /** Whose values the script may see. */
  readonly plain: readonly string[];
  readonly hidden: readonly HeaderSecret[];
}

/** Who names a secret with --secret-env wants it there, whatever else is said of it. */
function chooseSecrets({ flags, config }: SecretsOptions): Chosen {
  const asked = (flags.secretEnv ?? []).flatMap((list) => list.split(',')).map(checkName);
  const granted = [...new Set(config.grantSecrets)].filter((name) => !asked.includes(name));
  const uses = granted.map((name) => ({ name, ...useOf(name, config.secrets) }));
  return {
    plain: [...new Set([...asked, ...uses.flatMap(({ as, name }) => (as === 'env' ? [name] : []))])],
    hidden: uses.filter((use) => use.as === 'header'),
  };
}

function useOf(name: string, secrets: LoadedConfig['config']['secrets']): SecretUse {
  const use = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
  if (use === undefined) throw unknownSecret(name, Object.keys(secrets));
  return use;
}

async function readValues(
  names: readonly string[],
  readEnv: RunIo['readEnv'],
): Promise<Readonly<Record<string, string>>> {
  const values = await readEnv(names);
  const missing = names.filter((name) => (values[name] ?? '') === '');
  if (missing.length === 0) return values;
  const are = missing.length === 1 ? 'is not set' : 'are not set';
  throw new IrisError('AUTH_MISSING', `The run needs ${missing.join(', ')}, which ${are} here`, {
    hint: `Set it where iris is started: export ${missing[0] ?? 'NAME'}=…`,
  });
}

function checkName(name: string): string {
  if (VARIABLE_NAME.test(name)) return name;
  // What was typed by mistake may be the value itself.
  throw new IrisError('USAGE_INVALID', '--secret-env takes the name of a variable, and this is none', {
    hint: 'Write --secret-env NAME; the value is read from the environment of iris.',
  });
}

function unknownSecret(name: string, known: readonly string[]): IrisError {
  const near = suggest(name, [...known]);
  return new IrisError('USAGE_INVALID', `There is no secret ${name} in your configuration`, {
    hint:
      near === undefined
        ? `Tell where it may be sent, in ~/.config/iris/config.yaml: secrets: { ${name}: api.example.com }`
        : `Did you mean ${near}?`,
  });
}

function cannotInject(hidden: readonly HeaderSecret[]): IrisError {
  const names = hidden.map(({ name }) => name);
  return new IrisError(
    'USAGE_INVALID',
    `${names.join(', ')} cannot be kept out of a sandbox on this machine: the embedded host does not open TLS, so it adds no header`,
    {
      hint: `Run it in E2B's cloud, with --provider e2b, or let the script see the value: --secret-env ${names.join(',')}`,
    },
  );
}

function refuseTwice(name: string, { env = [] }: RunFlags): void {
  if (!env.some((pair) => pair.startsWith(`${name}=`))) return;
  throw new IrisError(
    'USAGE_INVALID',
    `${name} is given by -e, which passes its value into the sandbox, and as a secret`,
    {
      hint: `Drop -e ${name}: the header is added outside of the sandbox.`,
    },
  );
}

function passedOn(names: readonly string[]): RunEvent {
  const text = `The script can read the value of ${names.join(', ')}: it is in the sandbox`;
  return { type: 'phase', phase: 'plan', text };
}
