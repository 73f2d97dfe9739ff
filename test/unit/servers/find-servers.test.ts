import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placesOf } from '../../../src/contract/mcp/client-places.ts';
import { Consents } from '../../../src/servers/consent/consents.ts';
import { chooseServers, type ServerGrant } from '../../../src/servers/sources/choose-servers.ts';
import { findServers } from '../../../src/servers/sources/find-servers.ts';
import type { FoundServer } from '../../../src/servers/definition/server-definition.ts';
import { tempDir, type TempDir } from '../../support/temp-dir.ts';

const FILES = {
  'home/.claude.json': JSON.stringify({
    mcpServers: { everywhere: { command: 'e' }, github: { command: 'of-claude' } },
    projects: { PROJECT: { mcpServers: { local: { command: 'l' } } } },
  }),
  'home/.cursor/mcp.json': '{ /* mine */ "mcpServers": { "github": { "command": "of-cursor" }, }, }',
  'home/.codex/config.toml':
    '[mcp_servers.docs]\nurl = "https://docs.example/mcp"\nbearer_token_env_var = "DOCS"\n',
  'home/.gemini/settings.json': '{ broken',
  'work/.mcp.json': JSON.stringify({
    mcpServers: { shop: { command: 's' }, iris: { command: 'iris' }, 'bad name': { command: 'x' } },
  }),
  'work/.vscode/mcp.json': JSON.stringify({ servers: { asks: { command: 'a', args: ['${input:key}'] } } }),
};

let root: TempDir;
let found: readonly FoundServer[];
let unreadable: readonly { readonly file: string; readonly reason: string }[];
beforeAll(async () => {
  root = await tempDir();
  for (const [name, text] of Object.entries(FILES)) {
    const file = join(root.path, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text.replace('PROJECT', join(root.path, 'work')));
  }
  const home = join(root.path, 'home');
  const places = placesOf({ platform: 'linux', env: {}, home, cwd: join(root.path, 'work') });
  const own = [{ owner: 'project', file: '/work/.irisrc', servers: { mine: { command: 'm' } } }] as const;
  ({ servers: found, unreadable } = await findServers({ own, places }));
});
afterAll(async () => {
  await root?.[Symbol.asyncDispose]();
});

const grant = (words: readonly string[], by: ServerGrant['by'] = 'user'): ServerGrant => ({
  words,
  by,
  origin: by === 'user' ? '--mcp' : '/work/.irisrc:1',
});
const choose = (words: readonly string[], by?: ServerGrant['by'], isAllowed = false) =>
  chooseServers({ grant: grant(words, by), found, isAllowed: async () => isAllowed });

describe('findServers()', () => {
  test("finds the project's before the user's, and neither iris nor what has no name", () => {
    expect(found.map(({ name, source: { owner, program } }) => `${owner} ${program}:${name}`)).toEqual([
      'project iris:mine',
      'project claude-code:shop',
      'project vscode:asks',
      'user claude-code:local',
      'user claude-code:everywhere',
      'user claude-code:github',
      'user cursor:github',
      'user codex:docs',
    ]);
  });

  test('tells which files it cannot read', () => {
    expect(unreadable).toEqual([
      { file: join(root.path, 'home/.gemini/settings.json'), reason: expect.stringContaining('no JSON') },
    ]);
  });
});

describe('chooseServers()', () => {
  test('takes the first of a name, or that of a program', async () => {
    const [first] = await choose(['github']);
    const [second] = await choose(['cursor:github']);

    expect(first?.launch).toMatchObject({ command: 'of-claude' });
    expect(second?.launch).toMatchObject({ command: 'of-cursor' });
  });

  test.for([
    [['githb'], 'user', 'USAGE_INVALID', '--mcp: There is no MCP server githb', 'Did you mean github?'],
    [
      ['githb'],
      'project',
      'CONFIG_INVALID',
      '/work/.irisrc:1: There is no MCP server githb',
      'Did you mean github?',
    ],
    [
      ['asks'],
      'user',
      'USAGE_INVALID',
      '--mcp: The MCP server asks cannot be used: only its own client',
      '.vscode',
    ],
    [['shop'], 'user', 'IRIS_FORBIDDEN', "The MCP server shop is the project's own", 'iris mcp allow shop'],
    [
      ['github'],
      'project',
      'IRIS_FORBIDDEN',
      'The project asks for your MCP server github',
      'iris mcp allow github',
    ],
  ] as const)('refuses %j of the %s with %s', async ([words, by, code, message, hint]) => {
    await expect(choose(words, by)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });

  test('takes what the user let the project do', async () => {
    await expect(choose(['shop', 'github'], 'project', true)).resolves.toHaveLength(2);
  });
});

describe('Consents', () => {
  test('hold for one definition in one project, until they are taken back', async () => {
    const consents = new Consents(join(root.path, 'state/consents.json'));
    const [server] = await choose(['shop'], 'user', true);
    if (server === undefined) throw new Error('no server');

    expect(await consents.has('/work', server)).toBe(false);
    await consents.add('/work', server);
    const changed = { ...server, launch: { ...server.launch, command: 'other' } };

    expect(await consents.has('/work', server)).toBe(true);
    expect(await consents.has('/elsewhere', server)).toBe(false);
    expect(await consents.has('/work', changed)).toBe(false);
    expect(await consents.remove('/work', server)).toBe(true);
    expect(await consents.has('/work', server)).toBe(false);
  });

  test('of a damaged file are none', async () => {
    const file = join(root.path, 'damaged.json');
    await writeFile(file, '{"allowed":[1');
    const [server] = await choose(['shop'], 'user', true);
    if (server === undefined) throw new Error('no server');

    expect(await new Consents(file).has('/work', server)).toBe(false);
  });
});
