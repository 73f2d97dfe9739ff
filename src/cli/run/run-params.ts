import type { RunParams } from '../../contract/daemon-wire.ts';
import { installContext, storeContext } from '../../contract/caller-context.ts';
import { isSecretName } from '../../core/secret-name.ts';
import { isTerminal } from '../terminal/is-terminal.ts';
import type { RunCommand } from '../words/parse-run.ts';
import { resolveEnvFlags, terminalEnv } from './script-env.ts';
import { hasStandardInput } from '../terminal/standard-input.ts';

/** The request as the daemon takes it: words of the command line, and where the caller stands. */
export function toRunParams({ script, args, options }: RunCommand): RunParams {
  const wantsColors = options.json !== true && isTerminal(1);
  const env = [...terminalEnv(process.env, wantsColors), ...resolveEnvFlags(options.env ?? [], process.env)];
  return {
    ...(options.install === undefined ? storeContext : installContext)(process.env, process.cwd()),
    script,
    args,
    hasStdin: hasStandardInput(),
    ...(options.pull !== undefined && { umask: process.umask() }),
    flags: {
      env,
      envFile: options.envFile,
      include: options.include,
      pull: options.pull,
      pullTo: options.pullTo,
      cwd: options.cwd,
      timeout: options.timeout,
      sandbox: options.sandbox,
      provider: options.provider,
      template: options.template,
      volume: options.volume,
      install: options.install,
      isolation: options.isolation,
      requireIsolation: options.requireIsolation,
      mcp: options.mcp,
      secret: options.secret,
      secretEnv: options.secretEnv,
      allowSecretFile: options.allowSecretFile,
      maxCost: options.maxCost,
      network: options.net === true ? 'on' : undefined,
      allowTool: options.allowTool,
      askTool: options.askTool,
      denyTool: options.denyTool,
      tag: options.tag,
      new: options.new,
      rm: options.rm,
      keep: options.keep,
    },
  };
}

/** Tells whether the request holds values that may be secrets: those never lie in a file, however shortly. */
export function mayHoldSecrets({ options }: RunCommand, { env }: RunParams): boolean {
  return options.env !== undefined || Object.keys(env).some(isSecretName);
}
