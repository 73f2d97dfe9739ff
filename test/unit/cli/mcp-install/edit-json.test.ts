import { describe, expect, test } from 'vitest';
import { entryAt, putIntoJson, takeFromJson } from '../../../../src/cli/mcp-install/edit-json.ts';

const PATH = ['mcpServers', 'iris'];
const ENTRY = { command: 'node', args: ['iris.cjs', 'mcp', 'serve'] };

const COMMENTED = `// mine
{
    "theme": "dark", // keep
    /* servers */
    "mcpServers": {
        "other": { "command": "x", "env": { "KEY": "1" } }, // theirs
    },
}
`;

describe('putIntoJson()', () => {
  test('keeps comments, order and the way of writing', () => {
    const after = putIntoJson(COMMENTED, PATH, ENTRY);

    for (const line of COMMENTED.split('\n').filter((text) => !text.includes('theirs')))
      expect(after).toContain(line);
    for (const comment of ['// mine', '// keep', '/* servers */', '// theirs'])
      expect(after).toContain(comment);
    expect(entryAt(after, PATH)).toEqual(ENTRY);
    expect(entryAt(after, ['mcpServers', 'other'])).toEqual({ command: 'x', env: { KEY: '1' } });
    expect(after).toContain('\n        "iris": {');
  });

  test.for(['', '\n', '{}', '{"mcpServers":{}}', '\uFEFF{}'])('begins with %j', (text) => {
    expect(entryAt(putIntoJson(text, PATH, ENTRY), PATH)).toEqual(ENTRY);
  });

  test('changes nothing where it is already', () => {
    const once = putIntoJson(COMMENTED, PATH, ENTRY);

    expect(putIntoJson(once, PATH, ENTRY)).toBe(once);
  });

  test('keeps what a user wrote into the entry', () => {
    const text = '{"mcpServers":{"iris":{"command":"old", "env": {"IRIS_STORE":"embedded"} /* why */}}}';

    const after = putIntoJson(text, PATH, ENTRY);

    expect(entryAt(after, PATH)).toEqual({ ...ENTRY, env: { IRIS_STORE: 'embedded' } });
    expect(after).toContain('/* why */');
  });

  test('ends lines as the file does', () => {
    const after = putIntoJson('{\r\n\t"a": 1\r\n}\r\n', PATH, ENTRY);

    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
    expect(after).toContain('\r\n\t"mcpServers": {');
  });

  test.for(['{"a": ', '{"mcpServers": {"x" 1}}', 'yaml: 1', '{"mcpServers": []}', '[]', '"text"'])(
    'refuses %j',
    (text) => {
      expect(() => putIntoJson(text, PATH, ENTRY)).toThrow(
        expect.objectContaining({ code: 'FILE_UNREADABLE' }),
      );
    },
  );

  test('takes a name of every object for a name', () => {
    expect(entryAt('{}', ['constructor', 'name'])).toBeUndefined();
  });
});

describe('takeFromJson()', () => {
  test('gives back what was there before', () => {
    expect(entryAt(takeFromJson(putIntoJson(COMMENTED, PATH, ENTRY), PATH), PATH)).toBeUndefined();
    expect(takeFromJson(putIntoJson(COMMENTED, PATH, ENTRY), PATH)).toContain('// theirs');
  });

  test('changes nothing where there is nothing', () => {
    expect(takeFromJson(COMMENTED, PATH)).toBe(COMMENTED);
    expect(takeFromJson('', PATH)).toBe('');
  });
});
