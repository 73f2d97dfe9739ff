import type { SandboxUser } from './sandbox-user.ts';

/** What passes from the agent's own environment to the processes it starts. */
const PASSED_ON = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'SHELL', 'TMPDIR', 'TZ'];
const PASSED_ON_PREFIX = 'E2B_';

type Env = Readonly<Record<string, string>>;

/** Whom and where processes start as when a request does not say. */
export interface ProcessDefaults {
  readonly user?: string | undefined;
  readonly directory?: string | undefined;
}

/** The environment of processes: a clean base, the sandbox's own variables, the variables of the request. */
export class ChildEnv {
  readonly home: string;
  readonly user: string;
  readonly #base: Env;
  #globals: Env;
  #defaults: ProcessDefaults = {};

  constructor(agentEnv: Readonly<Record<string, string | undefined>>) {
    this.home = agentEnv['HOME'] ?? '/home/user';
    this.user = agentEnv['USER'] ?? 'user';
    this.#base = { HOME: this.home, USER: this.user, LOGNAME: this.user, ...pick(agentEnv, isPassedOn) };
    this.#globals = { E2B_SANDBOX: 'true', ...pick(agentEnv, (name) => name.startsWith(PASSED_ON_PREFIX)) };
  }

  /** The variables that every process of this sandbox gets. */
  get globals(): Env {
    return this.#globals;
  }

  get base(): Env {
    return this.#base;
  }

  addGlobals(envVars: Env): void {
    this.#globals = { ...this.#globals, ...envVars };
  }

  get defaults(): ProcessDefaults {
    return this.#defaults;
  }

  /** Keeps what was set before where `defaults` says nothing. */
  setDefaults({ user, directory }: ProcessDefaults): void {
    this.#defaults = { user: user ?? this.#defaults.user, directory: directory ?? this.#defaults.directory };
  }

  /** `user` is whose process it is; without one the sandbox's usual user. */
  forProcess(requested: Env, user?: SandboxUser): Record<string, string> {
    const own = user && { HOME: user.home, USER: user.name, LOGNAME: user.name };
    return { ...this.#base, ...own, ...this.#globals, ...requested };
  }
}

function isPassedOn(name: string): boolean {
  return PASSED_ON.includes(name);
}

function pick(env: Readonly<Record<string, string | undefined>>, isWanted: (name: string) => boolean): Env {
  const picked: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && isWanted(name)) picked[name] = value;
  }
  return picked;
}
