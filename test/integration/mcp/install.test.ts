import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../../support/workspace.ts';

let space: Workspace;
beforeEach(async () => {
  space = await openWorkspace();
});
afterEach(async () => {
  await space?.[Symbol.asyncDispose]();
});

/** Runs `iris mcp …` where no client's program is but those in the folder `programs`. */
function mcp(...words: readonly string[]) {
  return space.iris(['mcp', ...words], { env: { ...space.env, PATH: join(space.home, 'programs') } });
}

async function inHome(name: string, text: string, mode = 0o600): Promise<string> {
  const file = join(space.home, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, mode);
  return file;
}

/** A client's program that writes down what it is asked. */
async function program(name: string, exitCode = 0): Promise<() => string> {
  const log = join(space.home, `${name}.log`);
  await inHome(`programs/${name}`, `#!/bin/sh\necho "$@" >>'${log}'\nexit ${exitCode}\n`, 0o755);
  return () => readFileSync(log, 'utf8');
}

describe('iris mcp install', () => {
  test('writes into the settings of a client, keeps a copy, and changes nothing the second time', async () => {
    const before = '{\n  // mine\n  "mcpServers": {}\n}\n';
    const file = await inHome('.cursor/mcp.json', before, 0o640);

    const first = await mcp('install', 'cursor', '--project', 'shop');
    const second = await mcp('install', 'cursor', '--project', 'shop');

    const text = readFileSync(file, 'utf8');
    expect(first.exitCode).toBe(0);
    expect(text).toContain('// mine');
    expect(JSON.parse(text.replace('// mine', '')).mcpServers.iris).toEqual({
      command: process.execPath,
      args: [expect.stringMatching(/bin\/iris\.cjs$/), 'mcp', 'serve', '--project', 'shop'],
    });
    expect(statSync(file).mode & 0o777).toBe(0o640);
    const [backup, ...others] = readdirSync(dirname(file)).filter((name) => name.endsWith('.bak'));
    expect(readFileSync(join(dirname(file), backup ?? ''), 'utf8')).toBe(before);
    expect(others).toEqual([]);
    expect(second.stderr).toContain('nothing to change');
  });

  test('shows with --dry-run what it would change, and changes nothing', async () => {
    const file = await inHome('.codex/config.toml', 'model = "o3"\n');

    const { stdout } = await mcp('install', 'codex', '--dry-run');

    expect(stdout).toContain(' model = "o3"\n+\n+[mcp_servers.iris]\n+command = ');
    expect(readFileSync(file, 'utf8')).toBe('model = "o3"\n');
    expect(readdirSync(dirname(file))).toEqual(['config.toml']);
  });

  test.for([
    ['claude-desktop', '.config/Claude/claude_desktop_config.json'],
    ['vscode', '.config/Code/User/mcp.json'],
    ['gemini', '.gemini/settings.json'],
    ['windsurf', '.codeium/windsurf/mcp_config.json'],
    ['zed', '.config/zed/settings.json'],
    ['opencode', '.config/opencode/opencode.json'],
  ] as const)(
    'makes the settings of %s where there are none, and takes iris out again',
    async ([id, name]) => {
      await mcp('install', id);
      const installed = readFileSync(join(space.home, name), 'utf8');
      await mcp('uninstall', id);

      expect(installed).toContain('"iris"');
      expect(installed).not.toContain('env');
      expect(readFileSync(join(space.home, name), 'utf8')).not.toContain('"iris"');
    },
  );

  test('writes through a link', async () => {
    const real = await inHome('dotfiles/zed.json', '{}');
    await mkdir(join(space.home, '.config/zed'), { recursive: true });
    const link = join(space.home, '.config/zed/settings.json');
    await symlink(real, link);

    await mcp('install', 'zed');

    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toContain('"iris"');
  });

  test('writes into the project when it is told to', async () => {
    await mcp('install', 'claude-code', '--scope', 'project');

    expect(JSON.parse(readFileSync(join(space.dir, '.mcp.json'), 'utf8'))).toMatchObject({
      mcpServers: { iris: { type: 'stdio', args: [expect.any(String), 'mcp', 'serve'] } },
    });
  });

  test.for([
    ['{"mcpServers": ', 'cursor', '.cursor/mcp.json'],
    ['mcp_servers = {}', 'codex', '.codex/config.toml'],
    [Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1'), 'cursor', '.cursor/mcp.json'],
  ] as const)('leaves alone what it cannot follow: %j', async ([text, id, name]) => {
    const file = join(space.home, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, 'latin1');

    const { exitCode, stderr } = await mcp('install', id);

    expect(exitCode).toBe(66);
    expect(stderr).toContain(file);
    expect(readFileSync(file, 'latin1')).toBe(text);
    expect(readdirSync(dirname(file))).toHaveLength(1);
  });

  test('asks the program of a client that has one, and removes what is there first', async () => {
    const asked = await program('claude');
    await inHome('.claude.json', '{"mcpServers":{"iris":{"command":"old"}}}');

    const dry = await mcp('install', 'claude-code', '--dry-run');
    const done = await mcp('install', 'claude-code', '--read-only');

    expect(dry.stdout).toMatch(/^Would run: claude mcp add --scope user iris -- /);
    expect(done.exitCode).toBe(0);
    const [remove, add, ...rest] = asked().trim().split('\n');
    expect(remove).toBe('mcp remove --scope user iris');
    expect(add).toMatch(/^mcp add --scope user iris -- \S+ \S+\/iris\.cjs mcp serve --read-only$/);
    expect(rest).toEqual([]);
    expect(readdirSync(space.home).filter((name) => name.endsWith('.bak'))).toHaveLength(1);
  });

  test('asks no program for what is there already', async () => {
    await mcp('install', 'codex');
    const asked = await program('codex');

    const { stderr } = await mcp('install', 'codex');

    expect(stderr).toContain('nothing to change');
    expect(asked).toThrow('ENOENT');
  });

  test('tells when the program of a client fails', async () => {
    await program('codex', 1);

    const { exitCode, stderr } = await mcp('install', 'codex');

    expect(exitCode).toBe(74);
    expect(stderr).toContain('Run it yourself:');
  });

  test('lists the clients that are here', async () => {
    await inHome('.cursor/mcp.json', '{"mcpServers":{"iris":{}}}');
    await inHome('.config/zed/settings.json', '{');
    await program('codex');

    const { stdout } = await mcp('install', '--json');

    const found: { id: string; state: string }[] = JSON.parse(String(stdout));
    expect(found.map(({ id, state }) => [id, state])).toEqual([
      ['cursor', 'installed'],
      ['codex', 'not installed'],
      ['zed', 'unreadable'],
    ]);
  });
});

test('iris mcp uninstall makes no file where there is none', async () => {
  const { exitCode } = await mcp('uninstall', 'cursor');

  expect(exitCode).toBe(0);
  expect(existsSync(join(space.home, '.cursor'))).toBe(false);
});
