import { describe, expect, test } from 'vitest';
import { hasTable, putIntoToml, takeFromToml } from '../../../../src/cli/mcp-install/edit-toml.ts';

const PATH = ['mcp_servers', 'iris'];
const ENTRY = { command: 'C:\\node.exe', args: ['a "b"', 'mcp'] };
const TABLE = '[mcp_servers.iris]\ncommand = "C:\\\\node.exe"\nargs = ["a \\"b\\"", "mcp"]\n';

const THEIRS = `# mine
model = "o3" # keep
note = """
[mcp_servers.iris]
command = "not this"
"""
list = [
  "a", # one
  "]",
]

[mcp_servers.other]
command = 'x'

# about the profile
[profiles."a.b"]
model = "y"
`;

describe('putIntoToml()', () => {
  test('appends a table and changes nothing else', () => {
    expect(putIntoToml(THEIRS, PATH, ENTRY)).toBe(`${THEIRS}\n${TABLE}`);
    expect(putIntoToml('', PATH, ENTRY)).toBe(TABLE);
  });

  test('changes nothing where it is already', () => {
    const once = putIntoToml(THEIRS, PATH, ENTRY);

    expect(putIntoToml(once, PATH, ENTRY)).toBe(once);
  });

  test('replaces what it sets in the middle of a file, and keeps the rest of the table', () => {
    const text = `a = 1\n[mcp_servers."iris"] # ours\n# why\ncommand = "old"\nargs = [\n  "old",\n]\nstartup_timeout_sec = 20\n\n[mcp_servers.iris.env]\nX = "1"\n\n[z]\nb = 2\n`;

    expect(putIntoToml(text, PATH, ENTRY)).toBe(
      `a = 1\n[mcp_servers."iris"] # ours\ncommand = "C:\\\\node.exe"\nargs = ["a \\"b\\"", "mcp"]\n# why\nstartup_timeout_sec = 20\n\n[mcp_servers.iris.env]\nX = "1"\n\n[z]\nb = 2\n`,
    );
  });

  test('ends lines as the file does', () => {
    const after = putIntoToml('a = 1\r\n', PATH, ENTRY);

    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
  });

  test.for([
    'mcp_servers = { iris = { command = "x" } }',
    'mcp_servers.iris.command = "x"',
    '[mcp_servers]\niris = { command = "x" }',
    '[mcp_servers]\niris.command = "x"',
    'a = "no end',
    'a = """no end',
    'a = [1, 2',
    'a = 1]',
    '= 1',
    '[a',
    'just words',
  ])('refuses %j', (text) => {
    expect(() => putIntoToml(text, PATH, ENTRY)).toThrow(
      expect.objectContaining({ code: 'FILE_UNREADABLE' }),
    );
  });
});

describe('takeFromToml()', () => {
  test('gives back what was there before', () => {
    expect(takeFromToml(putIntoToml(THEIRS, PATH, ENTRY), PATH)).toBe(THEIRS);
  });

  test('takes the tables below it along, and no comment of the next one', () => {
    const text = `[a]\nx = 1\n\n${TABLE}[mcp_servers.iris.env]\nX = "1"\n\n# about b\n[b]\n`;

    expect(takeFromToml(text, PATH)).toBe('[a]\nx = 1\n\n# about b\n[b]\n');
  });

  test('changes nothing where there is nothing', () => {
    expect(takeFromToml(THEIRS, PATH)).toBe(THEIRS);
    expect(hasTable(THEIRS, PATH)).toBe(false);
  });
});
