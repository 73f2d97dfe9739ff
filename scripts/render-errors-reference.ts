import { ERROR_CODES, isErrorCode, type ErrorCode } from '../src/core/error-codes.ts';

const MEANINGS: Readonly<Record<ErrorCode, string>> = {
  USAGE_INVALID: 'A flag or an argument of the command is wrong.',
  SCRIPT_INVALID: 'The script cannot be built: a syntax error, or an import that leads nowhere.',
  SECRET_FOUND: 'A file that would be sent looks as if it held a secret, and nobody named it.',
  FILE_NOT_FOUND: 'A file that was named does not exist.',
  FILE_UNREADABLE: 'A file that was named exists, but cannot be read.',
  SANDBOX_UNAVAILABLE: 'No sandbox can be made or reached at the moment.',
  SANDBOX_NOT_FOUND: 'There is no sandbox of that name or id.',
  SANDBOX_LOST: 'The sandbox ended while it was in use.',
  SANDBOX_UNFIT: 'A sandbox lacks what iris needs there, such as Node 18 or newer.',
  INSTALL_FAILED: 'A package of --install could not be installed in the sandbox.',
  ISOLATION_UNAVAILABLE: 'This machine cannot wall off a sandbox in the way that was asked for.',
  DAEMON_UNREACHABLE: 'The background process does not start or does not answer.',
  INTERNAL: 'A bug in iris.',
  OUTPUT_UNWRITABLE: 'What the script prints cannot be written to where it goes: a full disk, for example.',
  SANDBOX_BUSY: 'The host of sandboxes, or what stands before it, asks to come back later.',
  RATE_LIMITED: 'The provider asks for fewer requests.',
  AUTH_MISSING: 'The cloud needs a key, or a run needs a secret, and none is set.',
  AUTH_REJECTED: 'The provider does not accept the key.',
  IRIS_INVALID_ARGUMENT: 'A tool was given what it does not take.',
  IRIS_NOT_FOUND: 'What a tool was asked for is not there, or the tool itself is not.',
  IRIS_CONFLICT: 'It is there already with other content, or somebody else came first.',
  IRIS_CLOSED: 'It takes no more: a consensus that is decided, for example.',
  IRIS_LIMIT_EXCEEDED: 'A limit of the tools or the budget of a run is exceeded.',
  COST_EXCEEDED: 'A run in the cloud could come to more than it may, or the month could.',
  IRIS_FORBIDDEN: 'The key or the policy of the caller does not allow it.',
  TOOL_FAILED: 'A tool of another MCP server says that it failed.',
  IRIS_UNAVAILABLE:
    'The store cannot be reached, is busy for too long, or is older than this iris; or another MCP server does not answer.',
  CONFIG_INVALID: 'A configuration file or a variable is wrong.',
  RUN_TIMED_OUT: 'The script ran longer than its timeout.',
  CANCELLED: 'The run was interrupted, with Ctrl-C for example.',
};

/** The reference of every error code. */
export function renderErrorsReference(): string {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, facts]) =>
      `| \`${code}\` | ${facts.exit} | ${facts.http} | ${facts.retryable ? 'yes' : 'no'} | ${isErrorCode(code) ? MEANINGS[code] : ''} |`,
  );
  return `<!-- Generated from src/core/error-codes.ts by npm run gen; do not edit. -->

# Errors

An error is iris failing. A script that fails is none: its exit code is passed through as it is. Exit codes of
iris follow \`sysexits.h\`, with 124 for a timeout and 130 for an interruption, as shells have it; where a script
may use the same number, the last event of \`--json\` names the origin.

Each error has a code, a message (what happened) and mostly a hint (what to do next). A retry may help where the
table says so.

| Code | Exit | HTTP | Retry | Meaning |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}
