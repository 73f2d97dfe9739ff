import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeProject } from './project.ts';

test('loadConfig names the place of an unknown key and what it may have meant', async () => {
  await using project = await makeProject({ '.irisrc': 'sandbox: x\nlimits:\n\n  memry: 2GB\ntimout: 5m\n' });

  const error = await project.refuse();

  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.facts.exit).toBe(78);
  expect(error.message).toBe('.irisrc:4:3: Unknown key "memry" (and 1 more)');
  expect(error.hint).toBe('Did you mean "memory"?');
  expect(error.details?.['problems']).toEqual([
    { message: '.irisrc:4:3: Unknown key "memry"', hint: 'Did you mean "memory"?' },
    { message: '.irisrc:5:1: Unknown key "timout"', hint: 'Did you mean "timeout"?' },
  ]);
});

test('loadConfig lists the known keys where nothing is near an unknown one', async () => {
  await using project = await makeProject({ '.irisrc': 'limits: { cpu: 2 }' });

  expect((await project.refuse()).hint).toBe(
    'Known keys here: memory, processes, openFiles, fileSize, homeSize, tmpSize',
  );
});

test.each([
  ['.irisrc', 'timeout: "5m', '.irisrc:1:13: Missing closing "quote'],
  ['.irisrc', 'a: 1\n\tb: 2', '.irisrc:2:1: Tabs are not allowed as indentation'],
  ['.irisrc', '{\n  "timeout": "5m"\n  "sandbox": "x"\n}', '.irisrc:3:3: Missing , between flow map items'],
  ['.irisrc', 'timeout: 5m\ntimeout: 6m', '.irisrc:2:1: Map keys must be unique'],
  ['.irisrc', '- timeout: 5m', '.irisrc:1:1: The configuration is a list, expected keys and values'],
  ['.irisrc.json', '{"timeout": "5m",\n}', '.irisrc.json:2:1: The text is not JSON'],
  ['.irisrc.json', '{"timeout"', '.irisrc.json:1:11'],
  ['package.json', '{"iris": {"timeout": "5m"', 'package.json:1:26'],
  ['package.json', '{"iris": 5}', 'package.json:1:10: The configuration is 5, expected keys and values'],
  ['package.json', '{\n  "iris": {\n    "timout": 1 } }', 'package.json:3:5: Unknown key "timout"'],
])('loadConfig names the place in a malformed %s: %j', async (name, text, start) => {
  await using project = await makeProject({ [name]: text });

  const error = await project.refuse();

  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message.slice(0, start.length)).toBe(start);
});

test('loadConfig does not mind a broken package.json without the key iris', async () => {
  await using project = await makeProject({ 'package.json': '{"name": ' });

  expect((await project.load()).projectDir).toBe(project.dir);
});

test('loadConfig refuses aliases that multiply or lead nowhere', async () => {
  const levels = 'abcdefghi'.split('').map((name, index) => {
    const inner = index === 0 ? '"x"' : `*${'abcdefghi'[index - 1]}`;
    return `${name}: &${name} [${Array.from({ length: 9 }, () => inner).join(', ')}]`;
  });
  await using bomb = await makeProject({ '.irisrc': levels.join('\n') });
  await using nowhere = await makeProject({ '.irisrc': 'timeout: *hunter2' });
  await using circle = await makeProject({ '.irisrc': 'x: &x { y: *x }' });
  await using deep = await makeProject({ '.irisrc': '['.repeat(50_000) });

  expect((await bomb.refuse()).message).toContain('an alias in it leads nowhere or too far');
  expect((await nowhere.refuse()).message).not.toContain('hunter2');
  expect((await circle.refuse()).message).toBe('.irisrc:1:1: Unknown key "x"');
  expect((await deep.refuse()).code).toBe('CONFIG_INVALID');
});

test.each([
  [
    'timeout: soon',
    '.irisrc:1:10: timeout is "soon", expected a duration with its unit, up to 24h, such as "5m"',
  ],
  ['timeout: "300"', '.irisrc:1:10: timeout is "300", expected a duration with its unit'],
  ['timeout: -1', '.irisrc:1:10: timeout is -1, expected a duration'],
  ['timeout: .nan', '.irisrc:1:10: timeout is NaN, expected'],
  ['timeout: .inf', '.irisrc:1:10: timeout is Infinity, expected'],
  ['timeout: 25h', '.irisrc:1:10: timeout is "25h", expected a duration with its unit, up to 24h'],
  ['timeout: 1.5', '.irisrc:1:10: timeout is 1.5, expected'],
  ['timeout:', '.irisrc:1:9: timeout is empty, expected'],
  ['timeout: [1]', '.irisrc:1:10: timeout is a list, expected'],
  ['sandboxTimeout: 0', '.irisrc:1:17: sandboxTimeout is 0, expected'],
  ['sandbox: ""', '.irisrc:1:10: sandbox is empty, expected 1 to 64 letters'],
  ['sandbox: a/b', '.irisrc:1:10: sandbox is "a/b", expected 1 to 64 letters'],
  ['sandbox: ..', '.irisrc:1:10: sandbox is "..", expected 1 to 64 letters'],
  [`sandbox: ${'x'.repeat(65)}`, `.irisrc:1:10: sandbox is "${'x'.repeat(60)}…", expected`],
  ['provider: docker', '.irisrc:1:11: provider is "docker", expected "auto", "embedded" or "e2b"'],
  ['limits: 5', '.irisrc:1:9: limits is 5, expected keys such as memory: "2GB"'],
  [
    'limits: { memory: lots }',
    '.irisrc:1:19: limits.memory is "lots", expected a size from 64MB to 1TB, such as "2GB"',
  ],
  ['limits: { memory: 1k }', '.irisrc:1:19: limits.memory is "1k", expected a size from 64MB'],
  ['limits: { processes: 1.5 }', '.irisrc:1:22: limits.processes is 1.5, expected a whole number'],
  ['include: data', '.irisrc:1:10: include is "data", expected a list of globs, such as ["data/**/*.json"]'],
  ['include: [1]', '.irisrc:1:11: include.0 is 1, expected a list of globs'],
  ['env: { PORT: 3000 }', '.irisrc:1:14: env.PORT is a number, expected names with a text each'],
  ['env: { a-b: x }', '.irisrc:1:8: "a-b" cannot be the name of a variable'],
  ['"a\\u001b[31mb": 1', '.irisrc:1:1: Unknown key "a\\u001b[31mb"'],
])('loadConfig refuses %j', async (text, start) => {
  await using project = await makeProject({ '.irisrc': text });

  const error = await project.refuse();

  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message.slice(0, start.length)).toBe(start);
});

test('loadConfig names the flag that is wrong, as a mistake of usage', async () => {
  await using project = await makeProject({ '.irisrc': 'timout: 1' });

  const error = await project.refuse({ flags: { timeout: 'soon', sandbox: '' } });

  expect(error.code).toBe('USAGE_INVALID');
  expect(error.facts.exit).toBe(64);
  expect(error.message).toMatch(/^--sandbox is empty, expected .* \(and 1 more\)$/);
  expect(error.details?.['problems']).toHaveLength(2);
});

test('loadConfig names the variable that is wrong, and lists the problems of files with it', async () => {
  await using project = await makeProject({ '.irisrc': 'timout: 1' });

  const error = await project.refuse({
    env: { IRIS_SANDBOX_TIMEOUT: 'soon', IRIS_LIMITS_PROCESSES: 'many' },
  });

  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toMatch(/^IRIS_SANDBOX_TIMEOUT is "soon", expected a duration .* \(and 2 more\)$/);
});

test('loadConfig names a file outside of the working directory by its whole path', async () => {
  await using project = await makeProject({ '.irisrc': 'timout: 1', 'a/x.ts': '' });

  const error = await project.refuse({ cwd: join(project.dir, 'a') });

  expect(error.message).toBe(`${project.dir}/.irisrc:1:1: Unknown key "timout"`);
});

test('loadConfig refuses a link to a device and a file too large to be a configuration', async () => {
  await using endless = await makeProject();
  await symlink('/dev/zero', join(endless.dir, '.irisrc'));
  await using large = await makeProject({ '.irisrc': `# ${'x'.repeat(5_000_000)}` });

  expect((await endless.refuse()).message).toBe('.irisrc: Not a regular file');
  expect((await large.refuse()).message).toContain('at most 4194304 are read');
});

test.skipIf(process.getuid?.() === 0)('loadConfig refuses a file that it may not read', async () => {
  await using project = await makeProject({ '.irisrc': 'timeout: 1m' });
  await chmod(join(project.dir, '.irisrc'), 0);

  expect((await project.refuse()).message).toBe('.irisrc: Permission denied');
});

test('loadConfig passes over a directory that is named like a file', async () => {
  await using project = await makeProject({ '.irisrc.yaml': 'sandbox: x' });
  await mkdir(join(project.dir, '.irisrc'));

  expect((await project.load()).config.sandbox).toBe('x');
});
