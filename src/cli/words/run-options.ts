/** One option of `iris run`. Commander's program and the fast parser are both made from this table. */
export interface RunOption {
  readonly flags: string;
  readonly key: string;
  readonly kind: 'flag' | 'value' | 'list';
  readonly text: string;
}

export const RUN_OPTIONS = [
  {
    flags: '-e, --env <NAME=VALUE>',
    key: 'env',
    kind: 'list',
    text: 'set a variable for the script; NAME alone passes on yours',
  },
  { flags: '--env-file <file>', key: 'envFile', kind: 'list', text: 'read variables from a .env file' },
  {
    flags: '--include <glob>',
    key: 'include',
    kind: 'list',
    text: 'send these files along, under the same relative path',
  },
  {
    flags: '--pull <glob>',
    key: 'pull',
    kind: 'list',
    text: 'bring these files back afterwards, under the same relative path',
  },
  {
    flags: '--pull-to <dir>',
    key: 'pullTo',
    kind: 'value',
    text: 'where --pull puts them (default: here)',
  },
  { flags: '--cwd <dir>', key: 'cwd', kind: 'value', text: 'working directory in the sandbox' },
  {
    flags: '--timeout <time>',
    key: 'timeout',
    kind: 'value',
    text: 'stop the script after this time, e.g. 90s or 10m; 0 = never (default: 5m)',
  },
  {
    flags: '--sandbox <name>',
    key: 'sandbox',
    kind: 'value',
    text: 'run in the sandbox of this name (default: "default")',
  },
  { flags: '--new', key: 'new', kind: 'flag', text: 'run in a fresh sandbox' },
  { flags: '--rm', key: 'rm', kind: 'flag', text: 'close the sandbox afterwards' },
  {
    flags: '--keep <when>',
    key: 'keep',
    kind: 'value',
    text: 'with --rm or --new, keep the sandbox: on-fail, always or never',
  },
  {
    flags: '--template <name>',
    key: 'template',
    kind: 'value',
    text: 'make the sandbox from this template of E2B, or from a snapshot (default: "base")',
  },
  {
    flags: '--volume <name:/path>',
    key: 'volume',
    kind: 'list',
    text: 'give the sandbox this folder that outlives it; made if it is not there',
  },
  {
    flags: '--install <package>',
    key: 'install',
    kind: 'list',
    text: 'install this package in the sandbox, by npm or, for Python, by pip',
  },
  { flags: '--provider <name>', key: 'provider', kind: 'value', text: 'where to run: auto, embedded or e2b' },
  {
    flags: '--net',
    key: 'net',
    kind: 'flag',
    text: 'let the script reach the internet (never this machine)',
  },
  {
    flags: '--isolation <rung>',
    key: 'isolation',
    kind: 'value',
    text: 'auto, bubblewrap, util-linux, landlock, sandbox-exec or none (embedded host)',
  },
  {
    flags: '--require-isolation <level>',
    key: 'requireIsolation',
    kind: 'value',
    text: 'refuse to run with less: any, reduced, namespaces, or a rung by its name',
  },
  {
    flags: '--mcp <names>',
    key: 'mcp',
    kind: 'list',
    text: 'let the script call the tools of these MCP servers, with commas between',
  },
  {
    flags: '--secret <names>',
    key: 'secret',
    kind: 'list',
    text: 'let the script use these secrets of your configuration; their values stay out of the sandbox',
  },
  {
    flags: '--secret-env <names>',
    key: 'secretEnv',
    kind: 'list',
    text: 'let the script read these variables of yours, hidden in what iris says',
  },
  {
    flags: '--allow-secret-file <file>',
    key: 'allowSecretFile',
    kind: 'list',
    text: 'send this file although it looks as if it held a secret',
  },
  {
    flags: '--max-cost <dollars>',
    key: 'maxCost',
    kind: 'value',
    text: 'refuse or shorten a run in the cloud that could cost more than this, by estimate',
  },
  {
    flags: '--allow-tool <rule>',
    key: 'allowTool',
    kind: 'list',
    text: 'let the script call these tools and no others: a name such as metric_*, a group, or read, write, delete',
  },
  { flags: '--ask-tool <rule>', key: 'askTool', kind: 'list', text: 'ask before each call of these tools' },
  { flags: '--deny-tool <rule>', key: 'denyTool', kind: 'list', text: 'refuse the calls of these tools' },
  {
    flags: '--dry-run, --plan',
    key: 'plan',
    kind: 'flag',
    text: 'show what would be sent, to which sandbox and with which rights, and do nothing',
  },
  {
    flags: '-w, --watch',
    key: 'watch',
    kind: 'flag',
    text: 'run again whenever a file that the script consists of changes',
  },
  {
    flags: '--tag <name>',
    key: 'tag',
    kind: 'list',
    text: 'note this word with the run, for: iris runs ls --tag',
  },
  {
    flags: '-d, --detach',
    key: 'detach',
    kind: 'flag',
    text: 'let it run on and print its id; see: iris runs attach',
  },
  { flags: '--json', key: 'json', kind: 'flag', text: 'print one JSON event per line instead of the output' },
  { flags: '-q, --quiet', key: 'quiet', kind: 'flag', text: 'print nothing but the output of the script' },
  { flags: '-v, --verbose', key: 'verbose', kind: 'flag', text: 'tell on stderr what happens, with times' },
  { flags: '--no-input', key: 'input', kind: 'flag', text: 'never ask for anything' },
  {
    flags: '--no-daemon',
    key: 'daemon',
    kind: 'flag',
    text: 'do everything in this process; the sandbox ends with it',
  },
  { flags: '--debug', key: 'debug', kind: 'flag', text: 'print stack traces of errors of iris itself' },
] as const satisfies readonly RunOption[];
