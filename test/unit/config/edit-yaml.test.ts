import { describe, expect, test } from 'vitest';
import { putIntoYaml, takeFromYaml, valueInYaml } from '../../../src/config/edit-yaml.ts';

const TEXT = `# how we run
timeout:   5m # not longer
limits: # per sandbox
    memory: '1GB'

    processes: 64
# the end
`;

describe('putIntoYaml', () => {
  test('replaces a word and leaves every other byte as it is', async () => {
    expect(await putIntoYaml(TEXT, ['timeout'], '30s')).toBe(TEXT.replace('5m', '30s'));
    expect(await putIntoYaml(TEXT, ['limits', 'memory'], '2GB')).toBe(TEXT.replace("'1GB'", '2GB'));
  });

  test('adds a line to the group that a key belongs to', async () => {
    expect(await putIntoYaml(TEXT, ['limits', 'openFiles'], 128)).toBe(
      TEXT.replace('processes: 64\n', 'processes: 64\n    openFiles: 128\n'),
    );
    expect(await putIntoYaml('a: 1', ['limits', 'memory'], '1GB')).toBe('a: 1\nlimits:\n  memory: 1GB\n');
  });

  test.for([
    ['', ['timeout'], '5m', 'timeout: 5m\n'],
    ['# only a comment\n', ['timeout'], '5m', '# only a comment\ntimeout: 5m\n'],
    ['a: 1\r\nb: 2\r\n', ['c'], '3', 'a: 1\r\nb: 2\r\nc: "3"\r\n'],
    ['timeout: 5m\n', ['timeout'], '5m', 'timeout: 5m\n'],
    ['{ timeout: 5m } # flow\n', ['sandbox'], 'x', '{ timeout: 5m, sandbox: x } # flow\n'],
    ['include:\n  - a\n', ['include'], ['b', 'c'], 'include:\n  - b\n  - c\n'],
    [
      'x:\n    y: 1\n\n\ninclude:\n    - a\n    - b\n# on\nsandbox: x\n',
      ['include'],
      ['c'],
      'x:\n    y: 1\n\n\ninclude:\n  - c\n# on\nsandbox: x\n',
    ],
    ['timeout:\n', ['timeout'], '1m', 'timeout: 1m\n'],
    ['limits:\n', ['limits', 'memory'], '1GB', 'limits:\n  memory: 1GB\n'],
    [
      'env:\n  A: |\n    two\n    lines\nsandbox: x\n',
      ['env', 'B'],
      'b',
      'env:\n  A: |\n    two\n    lines\n  B: b\nsandbox: x\n',
    ],
  ] as const)('%j with %j', async ([text, path, value, wanted]) => {
    expect(await putIntoYaml(text, path, value)).toBe(wanted);
  });

  test('quotes what would be read otherwise', async () => {
    const text = await putIntoYaml('env: { A: x }\n', ['env', 'A'], 'yes: # no\n');

    expect(await valueInYaml(text, ['env', 'A'])).toBe('yes: # no\n');
  });

  test('refuses what is broken without quoting it', async () => {
    await expect(putIntoYaml('a: [hidden\n', ['b'], 1)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(putIntoYaml('- a list\n', ['b'], 1)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

describe('takeFromYaml', () => {
  test('takes a line, and a group with its last one', async () => {
    const without = TEXT.replace("    memory: '1GB'\n", '');
    expect(await takeFromYaml(TEXT, ['limits', 'memory'])).toBe(without);
    expect(await takeFromYaml('limits:\n  memory: 1GB\na: 1\n', ['limits', 'memory'])).toBe('a: 1\n');
    expect(await takeFromYaml('# why\na: 1\n', ['a'])).toBe('# why\n');
    expect(await takeFromYaml(TEXT, ['sandbox'])).toBe(TEXT);
  });

  test('takes a part out of a line', async () => {
    expect(await takeFromYaml('{ a: 1, b: 2 }\n', ['a'])).toBe('{ b: 2 }\n');
  });
});
