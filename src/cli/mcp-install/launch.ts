import { join, resolve, sep } from 'node:path';
import type { Launch } from './mcp-client.ts';

export interface ServeChoice {
  readonly project?: string | undefined;
  readonly toolsets?: string | undefined;
  readonly readOnly?: boolean | undefined;
}

/**
 * The command that a client starts. Clients with a window do not see the PATH of a terminal, so it names Node and iris
 * by their places; what npx unpacked may be gone tomorrow, so npx is asked again.
 */
export function launchOf(
  { distDir, node, platform }: { readonly distDir: string; readonly node: string; readonly platform: string },
  choice: ServeChoice,
): Launch {
  const serve = ['mcp', 'serve', ...flagsOf(choice)];
  if (!distDir.split(sep).includes('_npx')) {
    return { command: node, args: [resolve(join(distDir, '..', 'bin', 'iris.cjs')), ...serve] };
  }
  const npx = ['-y', 'iris-prime', ...serve];
  // Windows starts no script of npm by itself.
  return platform === 'win32'
    ? { command: 'cmd', args: ['/c', 'npx', ...npx] }
    : { command: 'npx', args: npx };
}

function flagsOf({ project, toolsets, readOnly }: ServeChoice): readonly string[] {
  return [
    ...(project === undefined ? [] : ['--project', project]),
    ...(toolsets === undefined ? [] : ['--toolsets', toolsets]),
    ...(readOnly === true ? ['--read-only'] : []),
  ];
}
