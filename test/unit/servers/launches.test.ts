import { describe, expect, test } from 'vitest';
import { expandLaunch, variablesOf } from '../../../src/servers/definition/expand-launch.ts';
import { readLaunch } from '../../../src/servers/definition/read-launch.ts';
import type {
  ServerDefinition,
  ServerLaunch,
  ServerSource,
} from '../../../src/servers/definition/server-definition.ts';

const stdio = (launch: Partial<ServerLaunch>): object => ({
  type: 'usable',
  launch: { type: 'stdio', args: [], env: {}, cwd: undefined, ...launch },
});
const http = (url: string, headers: Record<string, string> = {}): object => ({
  type: 'usable',
  launch: { type: 'http', url, headers },
});

describe('readLaunch()', () => {
  test.each<[ServerSource['program'], unknown, object]>([
    ['claude-code', { command: 'a', args: ['b'] }, stdio({ command: 'a', args: ['b'] })],
    [
      'claude-code',
      { type: 'stdio', command: 'a', env: { A: '${B}' } },
      stdio({ command: 'a', env: { A: '${B}' } }),
    ],
    ['claude-code', { type: 'http', url: 'https://x.y' }, http('https://x.y')],
    [
      'claude-code',
      { type: 'sse', url: 'https://x.y' },
      { type: 'usable', launch: { type: 'sse', url: 'https://x.y', headers: {} } },
    ],
    ['cursor', { command: 'a', env: { A: '${env:B}' } }, stdio({ command: 'a', env: { A: '${B}' } })],
    ['windsurf', { serverUrl: 'https://x.y' }, http('https://x.y')],
    ['gemini', { httpUrl: 'https://x.y', headers: { A: '$B' } }, http('https://x.y', { A: '${B}' })],
    ['zed', { command: 'a', env: { A: '$B' } }, stdio({ command: 'a', env: { A: '$B' } })],
    [
      'opencode',
      { type: 'local', command: ['a', 'b'], environment: { A: '{env:B}' }, enabled: true },
      stdio({ command: 'a', args: ['b'], env: { A: '${B}' } }),
    ],
    [
      'codex',
      {
        url: 'https://x.y',
        bearer_token_env_var: 'T',
        http_headers: { A: 'b' },
        env_http_headers: { C: 'D' },
      },
      http('https://x.y', { A: 'b', C: '${D}', Authorization: 'Bearer ${T}' }),
    ],
    ['codex', { command: 'a', env: { PORT: 1 } }, stdio({ command: 'a', env: { PORT: '1' } })],
  ])('of %s reads %j', (program, value, expected) => {
    expect(readLaunch(value, program)).toEqual(expected);
  });

  test.each([
    [{}, 'it has neither a command nor a url'],
    [{ command: 'a', disabled: true }, 'it is switched off there'],
    [{ command: 'a', enabled: false }, 'it is switched off there'],
    [{ command: 'a', env: { T: '${input:token}' } }, 'only its own client can fill in ${input:token}'],
    [{ command: 5 }, /^command: /],
    ['npx', /^the entry: /],
  ])('cannot use %j', (value, reason) => {
    expect(readLaunch(value, 'vscode')).toEqual({
      type: 'unusable',
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    });
  });
});

describe('expandLaunch()', () => {
  const definition = (launch: ServerLaunch): ServerDefinition => ({
    name: 'github',
    type: 'usable',
    source: { program: 'iris', owner: 'user', file: '/home/ada/.config/iris/config.yaml' },
    launch,
  });
  const launch: ServerLaunch = {
    type: 'stdio',
    command: '${userHome}/bin/x',
    args: ['${workspaceFolder}', '${A}-${B:-b}'],
    env: { T: '${A}', ROOT: '${B:-}' },
    cwd: '${workspaceFolder}/sub',
  };

  test('fills in variables, what stands in for them, and places', () => {
    const env = { A: 'a', HOME: '/home/ada' };

    expect(variablesOf(launch)).toEqual(['A', 'B']);
    expect(expandLaunch(definition(launch), { env, projectDir: '/work' })).toEqual({
      type: 'stdio',
      command: '/home/ada/bin/x',
      args: ['/work', 'a-b'],
      env: { T: 'a', ROOT: '' },
      cwd: '/work/sub',
    });
  });

  test('names the variables that are not set, and the file that asks for them', () => {
    const expand = (): unknown =>
      expandLaunch(definition(launch), { env: { HOME: '/h' }, projectDir: '/work' });

    expect(expand).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: 'The MCP server github needs A, which is not set',
        hint: '/home/ada/.config/iris/config.yaml asks for it: export A=…',
      }),
    );
  });
});
