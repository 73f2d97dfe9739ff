import { isAbsolute, resolve } from 'node:path';
import { storeContext } from '../contract/caller-context.ts';
import type { CallerContext, RunParams } from '../contract/daemon-wire.ts';
import { IrisError } from '../core/errors.ts';
import type { CodeOptions, ExecutionOptions } from './execution.ts';
import type { ExecutorOptions } from './executor-options.ts';

/** What an executor was told, complete and checked. */
export interface Settings {
  readonly caller: CallerContext;
  /** All variables that the executor was given, for other MCP servers that name some of them. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: RunParams['flags'];
  readonly maxCodeBytes: number;
  readonly maxOutputBytes: number;
  readonly stateDir: string | undefined;
}

const MIB = 1024 * 1024;
const SANDBOX_NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/;
const FILE_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\.[cm]?[jt]sx?$/;
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Completes an executor's options. Throws USAGE_INVALID for values that cannot be. */
export function toSettings(options: ExecutorOptions, env: Settings['env'], cwd: string): Settings {
  const own = options.env ?? env;
  const { provider, network, mcp, secrets, stateDir } = options;
  return {
    caller: storeContext(own, resolve(cwd, options.cwd ?? '.')),
    env: own,
    flags: {
      provider,
      mcp,
      secret: secrets,
      network: network === undefined ? undefined : network ? 'on' : 'off',
      sandbox: checkSandbox('sandbox', options.sandbox),
      timeout: toTimeout(options.timeoutMs),
    },
    maxCodeBytes: checkCount('maxCodeBytes', options.maxCodeBytes) ?? MIB,
    maxOutputBytes: checkCount('maxOutputBytes', options.maxOutputBytes) ?? MIB,
    stateDir: stateDir === undefined || isAbsolute(stateDir) ? stateDir : resolve(cwd, stateDir),
  };
}

/** One execution as the app takes it, but for the script. Throws USAGE_INVALID for values that cannot be. */
export function toRunParams(settings: Settings, options: ExecutionOptions): Omit<RunParams, 'script'> {
  const { session, args = [], stdin, timeoutMs, env = {} } = options;
  const { flags } = settings;
  return {
    ...settings.caller,
    args,
    hasStdin: stdin !== undefined,
    flags: {
      ...flags,
      env: Object.entries(env).map(toPair),
      sandbox: checkSandbox('session', session) ?? flags.sandbox,
      timeout: toTimeout(timeoutMs) ?? flags.timeout,
    },
  };
}

/** Throws IRIS_LIMIT_EXCEEDED for code that is too long, USAGE_INVALID for what is no code and for odd names. */
export function checkCode(code: unknown, { fileName }: CodeOptions, maxBytes: number): void {
  if (typeof code !== 'string') {
    throw new IrisError('USAGE_INVALID', `The code to execute is no text but of type ${typeof code}`, {
      hint: 'Give TypeScript as a string, or the path of a file to executeFile.',
    });
  }
  const bytes = Buffer.byteLength(code);
  if (bytes > maxBytes) {
    throw new IrisError('IRIS_LIMIT_EXCEEDED', `The code has ${bytes} bytes, and ${maxBytes} are allowed`, {
      hint: 'Give data as stdin or import it from a file, or raise maxCodeBytes.',
    });
  }
  if (fileName === undefined || FILE_NAME.test(fileName)) return;
  throw new IrisError('USAGE_INVALID', `fileName "${fileName}" is not the plain name of a script`, {
    hint: 'Letters, digits, dots, dashes and underscores, and an ending of a script: "report.tsx".',
  });
}

function checkSandbox(option: string, name: string | undefined): string | undefined {
  if (name === undefined || SANDBOX_NAME.test(name)) return name;
  throw new IrisError('USAGE_INVALID', `${option} "${name}" cannot be the name of a sandbox`, {
    hint: 'Take 1 to 64 letters, digits, dots, dashes or underscores.',
  });
}

function toTimeout(timeoutMs: number | undefined): string | undefined {
  const checked = checkCount('timeoutMs', timeoutMs);
  return checked === undefined ? undefined : `${checked}ms`;
}

function checkCount(option: string, count: number | undefined): number | undefined {
  if (count === undefined || (Number.isSafeInteger(count) && count >= 0)) return count;
  throw new IrisError('USAGE_INVALID', `${option} is ${count}, not a whole number from 0 on`, {
    hint: `Write ${option}: 60000, for example.`,
  });
}

function toPair([name, value]: [string, string]): string {
  if (VARIABLE_NAME.test(name)) return `${name}=${value}`;
  throw new IrisError('USAGE_INVALID', `env has "${name}", which is not a name of a variable`, {
    hint: 'Letters, digits and underscores, no digit first.',
  });
}
