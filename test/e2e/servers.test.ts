import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

const SERVER = resolve('test/fixtures/mcp/notes-server.mjs');
const SCRIPT = `
  import { notes } from 'iris-prime/servers';
  import { iris, IrisToolError } from 'iris-prime';

  const added = await notes.addNote({ text: process.argv[2] ?? 'buy milk' });
  console.log(JSON.stringify(added), JSON.stringify(await notes.searchNotes({ query: 'milk' })));
  const found = await iris.searchTools('keep a note');
  console.log(found[0].name, (await iris.describeTool('notes.add_note')).effect);
  try {
    await notes.fail({ why: 'no ink' });
  } catch (error) {
    console.log(error instanceof IrisToolError, error.code, error.message, error.stack.includes('script.ts:10'));
  }
  console.log(Object.keys(process.env).filter((name) => /TOKEN|PAPER/.test(name)).join());
`;

const PYTHON = `
from iris_prime import IrisToolError
from iris_prime.servers import notes, server_tools

print(notes.add_note(text="buy bread")["count"] > 0, notes.searchNotes({"query": "bread"})["found"][0]["text"])
try:
    server_tools("absent").anything()
except IrisToolError as error:
    print(error.code)
`;

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
  const server = { command: process.execPath, args: [SERVER], env: { NOTES_TOKEN: '${PAPER_TOKEN}' } };
  await space.write({
    'package.json': '{}',
    'script.ts': SCRIPT,
    'script.py': PYTHON,
    '.mcp.json': JSON.stringify({ mcpServers: { notes: server, broken: { command: '/no/such' } } }),
  });
});
afterAll(async () => {
  await space?.[Symbol.asyncDispose]();
});

const iris = (args: readonly string[], env: Record<string, string> = { PAPER_TOKEN: 'p4per' }) =>
  space.iris([...args], { env: { ...space.env, ...env } });

describe('another MCP server', () => {
  test("of the project's is started for nobody before the user allowed it", async () => {
    const ls = await iris(['mcp', 'ls', '--json']);
    const run = await iris(['run', '--mcp', 'notes', 'script.ts']);

    expect(JSON.parse(String(ls.stdout))).toMatchObject([
      { name: 'notes', owner: 'project', program: 'claude-code', state: 'needs allow' },
      { name: 'broken' },
    ]);
    expect(String(ls.stdout)).not.toContain('p4per');
    expect(run.exitCode).toBe(77);
    expect(String(run.stderr)).toContain('iris mcp allow notes');
  });

  test('is granted to a run, typed by name, and its key never enters the sandbox', async () => {
    await iris(['mcp', 'allow', 'notes']);
    const { stdout, stderr, exitCode } = await iris(['run', '--mcp', 'notes', 'script.ts']);

    expect({ stderr: String(stderr).replace(/^iris: .*\n/gm, ''), exitCode }).toEqual({
      stderr: '',
      exitCode: 0,
    });
    expect(String(stdout).split('\n')).toEqual([
      '{"id":1,"count":1} {"found":[{"text":"buy milk"}]}',
      'notes.add_note write',
      'true TOOL_FAILED no ink. notes.fail takes why. true',
      'IRIS_BRIDGE_TOKEN',
      '',
    ]);
  });

  test.skipIf(!existsSync('/usr/bin/python3'))('is granted to a script of Python', async () => {
    const { stdout, stderr } = await iris(['run', '--mcp', 'notes', 'script.py']);

    expect(String(stderr)).toBe('');
    expect(String(stdout)).toBe('True buy bread\nIRIS_NOT_FOUND\n');
  });

  test('is one to a script only where it is granted', async () => {
    const { stderr, exitCode } = await iris(['run', 'script.ts']);

    expect(exitCode).toBe(65);
    expect(String(stderr)).toContain('The MCP server notes is not granted to this run');
    expect(String(stderr)).toContain('--mcp notes');
  });

  test('is recorded with the calls of a run', async () => {
    const { stdout } = await iris(['tools', 'call', 'run_list', '-i', '{"limit":1}', '--json']);
    const [{ id }] = JSON.parse(String(stdout)).runs;
    const { stdout: run } = await iris(['tools', 'call', 'run_get', '-i', JSON.stringify({ id }), '--json']);

    expect(JSON.parse(String(run)).toolCalls.map((call: { tool: string }) => call.tool)).toContain(
      'notes.add_note',
    );
  });

  test('keeps to the rules of the run under each of its names', async () => {
    const { stderr, exitCode } = await iris([
      'run',
      '--mcp',
      'notes',
      '--deny-tool',
      'notes.add_*',
      'script.ts',
    ]);

    expect(exitCode).toBe(1);
    expect(String(stderr)).toContain(
      'notes.add_note may not be called in this run: --deny-tool has "notes.add_*"',
    );
  });

  test('that needs a variable which is not set says which', async () => {
    const { stdout, stderr } = await iris(['run', '--mcp', 'notes', 'script.ts'], {});

    expect(String(stdout) + String(stderr)).toContain(
      'The MCP server notes needs PAPER_TOKEN, which is not set',
    );
  });

  test('has types that say what it takes, and what it answered where it does not say', async () => {
    const { stdout, exitCode } = await iris(['types', 'notes']);
    const file = await readFile(join(space.dir, '.iris/servers/notes/searchNotes.ts'), 'utf8');

    expect(exitCode).toBe(0);
    expect(String(stdout)).toBe('notes: 8 tools in .iris/servers/notes\n');
    expect(file).toContain('What searchNotes has answered so far; the server does not say.');
    expect(file).toMatch(/found: \{\s*text: string;\s*\}\[\];/);
    expect(await readFile(join(space.dir, 'iris-env.d.ts'), 'utf8')).toContain('export const notes:');
  });

  test('that does not start says why to whoever asks for its types', async () => {
    await iris(['mcp', 'allow', 'broken']);
    const { stderr, exitCode } = await iris(['types', 'broken']);

    expect(exitCode).toBe(69);
    expect(String(stderr)).toContain('The MCP server broken cannot be reached: there is no such program');
  });

  test('can be granted by the config, which then needs a permission of its own', async () => {
    await space.write({ '.irisrc': 'mcp: [notes]\n' });
    const allowed = await iris(['run', 'script.ts', 'more milk']);
    await iris(['mcp', 'allow', 'notes', '--remove']);
    const refused = await iris(['run', 'script.ts']);

    expect(String(allowed.stdout)).toContain('more milk');
    expect(refused.exitCode).toBe(77);
  });
});
