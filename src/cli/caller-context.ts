import type { CallerContext } from '../contract/daemon-wire.ts';

const STEERING = /^(IRIS_|E2B_|XDG_|HOME$|CI$)/;

/** Where the caller stands and the variables that steer iris; the script sees none of them. */
export function callerContext(env: NodeJS.ProcessEnv, cwd: string): CallerContext {
  const steering: Record<string, string> = {};
  for (const name of Object.keys(env)) {
    const value = STEERING.test(name) ? env[name] : undefined;
    if (value !== undefined) steering[name] = value;
  }
  return { cwd, env: steering };
}
