/** How an executor works; every field is optional. */
export interface ExecutorOptions {
  /**
   * The directory that relative imports, npm packages and the configuration are found from.
   * @default the directory of this process
   */
  readonly cwd?: string | undefined;
  /**
   * Where iris finds its settings, keys and folders (`IRIS_*`, `E2B_*`, `SUPABASE_*`, `DATABASE_URL`, `XDG_*`, `HOME`);
   * scripts never see it.
   * @default the environment of this process
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * Where sandboxes live: on this machine, in E2B's cloud, or in the cloud when E2B_API_KEY is set.
   * @default the configuration, and without one "auto"
   */
  readonly provider?: 'auto' | 'embedded' | 'e2b' | undefined;
  /**
   * The session of executions that name none.
   * @default the configuration, and without one "default"
   */
  readonly sandbox?: string | undefined;
  /**
   * Milliseconds that a script may take, 0 for no limit.
   * @default the configuration, and without one 300000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Whether scripts may reach the internet.
   * @default the configuration, and without one false
   */
  readonly network?: boolean | undefined;
  /** Other MCP servers whose tools scripts may call, by name. */
  readonly mcp?: readonly string[] | undefined;
  /** The secrets of the user's configuration that scripts may use without seeing them, by name. */
  readonly secrets?: readonly string[] | undefined;
  /**
   * The longest code that is taken.
   * @default 1048576
   */
  readonly maxCodeBytes?: number | undefined;
  /**
   * What is kept of each stream in a result: its head and its tail. A stream of events has every byte.
   * @default 1048576
   */
  readonly maxOutputBytes?: number | undefined;
  /**
   * The folder of the embedded database and of sandboxes; a process that shares it with the daemon or with another
   * process cannot use the embedded database at the same time.
   * @default IRIS_STATE_DIR, and without it the folder of the user
   */
  readonly stateDir?: string | undefined;
}
