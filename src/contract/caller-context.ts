import type { CallerContext } from './daemon-wire.ts';

const STEERING = /^(IRIS_|E2B_|XDG_|(?:HOME|CI|APPDATA|CODEX_HOME)$)/;
const REGISTRIES = /^(?:npm_config_registry|NPM_CONFIG_REGISTRY|PIP_INDEX_URL)$/;
const STORE = /^(SUPABASE_|DATABASE_URL$)/;

/** Where the caller stands and the variables that steer iris. */
export function callerContext(env: NodeJS.ProcessEnv, cwd: string): CallerContext {
  return pick(env, cwd, (name) => STEERING.test(name));
}

/** The same with the variables that lead to the data of the tools. Scripts see none of them. */
export function storeContext(env: NodeJS.ProcessEnv, cwd: string): CallerContext {
  return pick(env, cwd, (name) => STEERING.test(name) || STORE.test(name));
}

/** The same with the registries that packages come from. */
export function installContext(env: NodeJS.ProcessEnv, cwd: string): CallerContext {
  return pick(env, cwd, (name) => STEERING.test(name) || STORE.test(name) || REGISTRIES.test(name));
}

function pick(env: NodeJS.ProcessEnv, cwd: string, isWanted: (name: string) => boolean): CallerContext {
  const steering: Record<string, string> = {};
  for (const name of Object.keys(env)) {
    const value = isWanted(name) ? env[name] : undefined;
    if (value !== undefined) steering[name] = value;
  }
  return { cwd, env: steering };
}
