import { dirname } from 'node:path';
import { SANDBOX_EXEC_PROFILE } from './sandbox-exec-profile.ts';
import { sandboxEnvironment, SANDBOX_AGENT, SANDBOX_NODE, type Blueprint } from '../launch/sandbox-layout.ts';
import type { LauncherCommand } from '../launch/sandbox-layout.ts';

/** The command line that shuts one sandbox in with macOS' sandbox-exec; `home` is the one folder it may write to. */
export function sandboxExecCommand(blueprint: Blueprint, tool: string, home: string): LauncherCommand {
  const { node, agent = '' } = blueprint.sources;
  const programs = agent === '' ? home : dirname(agent);
  const environment = {
    ...sandboxEnvironment(blueprint.sandboxId),
    PATH: `${dirname(node)}:/usr/bin:/bin`,
    HOME: home,
    TMPDIR: home,
  };
  const places: Readonly<Record<string, string>> = { [SANDBOX_NODE]: node, [SANDBOX_AGENT]: agent };
  return {
    argv: [
      [tool, '-D', `HOME=${home}`, '-D', `NODE=${node}`, '-D', `PROGRAMS=${programs}`],
      ['-p', SANDBOX_EXEC_PROFILE, '/usr/bin/env', '-i'],
      Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      ['/bin/sh', '-c', LIMITS_SCRIPT, 'limits', ...limitWords(blueprint)],
      blueprint.command.map((word) => places[word] ?? word),
    ].flat(),
    inputs: [],
  };
}

/** macOS has no prlimit; the shell's own ulimit sets what the system knows. */
const LIMITS_SCRIPT = 'ulimit -n "$1"; ulimit -f "$2"; ulimit -c 0; shift 2; exec "$@"';

const ULIMIT_BLOCK_BYTES = 512;

function limitWords({ limits }: Blueprint): readonly string[] {
  const blocks = Math.ceil(limits.maxFileBytes / ULIMIT_BLOCK_BYTES);
  return [limits.maxOpenFiles, blocks].map(String);
}
