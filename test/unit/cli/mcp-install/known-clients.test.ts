import { describe, expect, test } from 'vitest';
import { clientOf, KNOWN_CLIENTS } from '../../../../src/cli/mcp-install/known-clients.ts';
import { launchOf } from '../../../../src/cli/mcp-install/launch.ts';
import { placesOf } from '../../../../src/contract/mcp/client-places.ts';
import { renderChange } from '../../../../src/cli/mcp-install/render-change.ts';

const machine = { home: '/home/ada', cwd: '/work', env: {} };

describe('the places of settings', () => {
  test.for([
    ['claude-desktop', 'linux', '/home/ada/.config/Claude/claude_desktop_config.json'],
    ['claude-desktop', 'darwin', '/home/ada/Library/Application Support/Claude/claude_desktop_config.json'],
    ['vscode', 'linux', '/home/ada/.config/Code/User/mcp.json'],
    ['vscode', 'darwin', '/home/ada/Library/Application Support/Code/User/mcp.json'],
    ['zed', 'darwin', '/home/ada/.config/zed/settings.json'],
    ['codex', 'linux', '/home/ada/.codex/config.toml'],
    ['windsurf', 'darwin', '/home/ada/.codeium/windsurf/mcp_config.json'],
    ['opencode', 'linux', '/home/ada/.config/opencode/opencode.json'],
  ] as const)('those of %s on %s', ([id, platform, file]) => {
    expect(clientOf(id).files(placesOf({ ...machine, platform }), 'user')[0]).toBe(file);
  });

  test('follow the variables that move them', () => {
    const env = { XDG_CONFIG_HOME: '/cfg', CODEX_HOME: '/codex', APPDATA: '/roaming' };

    expect(placesOf({ ...machine, platform: 'linux', env })).toMatchObject({
      appData: '/cfg',
      config: '/cfg',
      codexHome: '/codex',
    });
    expect(placesOf({ ...machine, platform: 'win32', env })).toMatchObject({
      appData: '/roaming',
      config: '/roaming',
    });
  });
});

test('no client is given an environment, and so no secret', () => {
  for (const client of KNOWN_CLIENTS)
    expect(Object.keys(client.entry({ command: 'x', args: [] }))).not.toContain('env');
});

test('clientOf() tells which client was meant', () => {
  expect(() => clientOf('cursr')).toThrow(expect.objectContaining({ hint: 'Did you mean cursor?' }));
});

describe('launchOf()', () => {
  const installed = { distDir: '/lib/node_modules/iris-prime/dist', node: '/bin/node', platform: 'linux' };

  test('names Node and iris by their places', () => {
    expect(launchOf(installed, { project: 'shop', readOnly: true })).toEqual({
      command: '/bin/node',
      args: ['/lib/node_modules/iris-prime/bin/iris.cjs', 'mcp', 'serve', '--project', 'shop', '--read-only'],
    });
  });

  test('asks npx again for what npx unpacked', () => {
    const unpacked = { ...installed, distDir: '/home/ada/.npm/_npx/1f2e/node_modules/iris-prime/dist' };

    expect(launchOf(unpacked, {})).toEqual({ command: 'npx', args: ['-y', 'iris-prime', 'mcp', 'serve'] });
    expect(launchOf({ ...unpacked, platform: 'win32' }, {}).command).toBe('cmd');
  });
});

test('renderChange() shows what goes and what comes, with what is around', () => {
  expect(renderChange('f', 'a\nb\nc\nd\ne\nf\n', 'a\nb\nc\nd\nX\nf\n')).toBe(
    '--- f\n+++ f\n@@ -2,5 +2,5 @@\n b\n c\n d\n-e\n+X\n f\n',
  );
  expect(renderChange('f', 'a', 'a')).toBe('');
});
