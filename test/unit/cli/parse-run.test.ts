import { describe, expect, test, vi } from 'vitest';
import { parseRun, type RunCommand } from '../../../src/cli/words/parse-run.ts';
import { buildProgram } from '../../../src/cli/program.ts';

vi.mock('../../../src/cli/commands/run.ts', () => ({ runCommand: (command: RunCommand) => record(command) }));

let seen: RunCommand | undefined;
function record(command: RunCommand): number {
  seen = command;
  return 0;
}

async function byCommander(words: readonly string[]): Promise<RunCommand | undefined> {
  seen = undefined;
  const program = buildProgram({ distDir: '', words: [], exitCode: 0 });
  const silence = { writeErr: () => undefined, writeOut: () => undefined };
  program.configureOutput(silence);
  for (const command of program.commands) command.configureOutput(silence).exitOverride();
  await program.parseAsync(['run', ...words], { from: 'user' }).catch(() => undefined);
  return seen;
}

const PLAIN: readonly (readonly string[])[] = [
  ['a.ts'],
  ['a.ts', '-v', '--json'],
  ['-v', 'a.ts', 'x', '--', 'y'],
  ['-e', 'A=1', '--env', 'B=2', '--env-file', '.env', 'a.ts'],
  ['--include', 'a/*', '--include', 'b', '--cwd', '/tmp', '--timeout', '5m', 'a.ts'],
  ['--sandbox', 'x', '--new', '--rm', '--provider', 'embedded', '--isolation', 'none', 'a.ts'],
  ['--allow-tool', 'metric_*', '--allow-tool', 'read', '--ask-tool', 'write', '--deny-tool', 'data', 'a.ts'],
  ['--no-daemon', '--debug', '-q', '--quiet', '--verbose', '--json', 'a.ts'],
];

const UNUSUAL: readonly (readonly string[])[] = [
  [],
  ['--help'],
  ['--timeout'],
  ['--timeout', '-5'],
  ['--timeout=5m', 'a.ts'],
  ['-qv', 'a.ts'],
  ['--tiemout', '5', 'a.ts'],
  ['--', 'a.ts'],
];

describe('parseRun()', () => {
  test.for(PLAIN)('reads %j as commander does', async (words) => {
    expect(parseRun(words)).toEqual(await byCommander(words));
  });

  test.for(UNUSUAL)('leaves %j to commander', (words) => {
    expect(parseRun(words)).toBeUndefined();
  });
});
